using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.Logging;

namespace Gateway.Rpc;

/// <summary>Finds the method of a request, checks the headers of the protocol and runs the call.</summary>
internal sealed class GrpcServer
{
    private readonly FrozenDictionary<string, ServerMethod> _methods;
    private readonly FrozenSet<string> _services;
    private readonly GrpcServerOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationToken _stopping;

    internal GrpcServer(
        IReadOnlyCollection<GrpcService> services, GrpcServerOptions options, ILogger logger, CancellationToken stopping)
    {
        string? twice = services.GroupBy(service => service.Descriptor.FullName).FirstOrDefault(group => group.Count() > 1)?.Key;
        if (twice is not null)
        {
            throw new InvalidOperationException($"Two services implement {twice}: map one of them.");
        }

        _methods = services.SelectMany(service => service.BindMethods()).ToFrozenDictionary(method => method.Method.FullName);
        _services = services.Select(service => service.Descriptor.FullName).ToFrozenSet();
        _options = options;
        _logger = logger;
        _stopping = stopping;
    }

    internal Task HandleAsync(HttpContext context)
    {
        HttpRequest request = context.Request;
        if (!GrpcHeaders.IsGrpcContentType(request.ContentType))
        {
            context.Response.StatusCode = StatusCodes.Status415UnsupportedMediaType;
            return Task.CompletedTask;
        }

        if (!HttpProtocol.IsHttp2(request.Protocol) && !HttpProtocol.IsHttp3(request.Protocol))
        {
            context.Response.StatusCode = StatusCodes.Status426UpgradeRequired;
            context.Response.Headers.Upgrade = "h2c";
            return Task.CompletedTask;
        }

        string path = request.Path.Value ?? "";
        if (!_methods.TryGetValue(path, out ServerMethod? method))
        {
            string service = path.Split('/')[1];
            return RefuseAsync(context, StatusCode.Unimplemented, _services.Contains(service)
                ? $"the service {service} has no method {path}"
                : $"this server has no service {service}");
        }

        string? encoding = request.Headers[GrpcHeaders.Encoding];
        if (encoding is not (null or "" or GrpcHeaders.Identity or GrpcHeaders.Gzip))
        {
            return RefuseAsync(
                context, StatusCode.Unimplemented, $"the encoding '{encoding}' is not supported: use {GrpcHeaders.AcceptedEncodings}");
        }

        TimeSpan? timeout = null;
        if (request.Headers.TryGetValue(GrpcHeaders.Timeout, out var header))
        {
            if (!GrpcTimeout.TryParse(header.ToString(), out TimeSpan value))
            {
                return RefuseAsync(
                    context, StatusCode.InvalidArgument,
                    $"grpc-timeout '{header}' is not at most eight digits and one of the units H, M, S, m, u, n");
            }

            // What no timer reaches is no deadline.
            timeout = value < GrpcTimeout.Longest ? value : null;
        }

        LiftLimits(context);
        return new ServerCall(context, method, _options, _logger, timeout, encoding == GrpcHeaders.Gzip).RunAsync(_stopping);
    }

    private static Task RefuseAsync(HttpContext context, StatusCode code, string detail) =>
        ServerResponse.EndAsync(context.Response, new Status(code, detail), Metadata.Empty);

    /// <summary>A stream may be long and slow; its messages are bounded instead.</summary>
    private static void LiftLimits(HttpContext context)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
        {
            size.MaxRequestBodySize = null;
        }

        if (context.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = null;
        }
    }
}
