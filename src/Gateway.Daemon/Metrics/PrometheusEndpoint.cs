using System.Net;
using System.Net.Sockets;
using Gateway.Daemon.Hosting;
using Gateway.Rpc;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Metrics;

/// <summary>
/// Serves /metrics to Prometheus, from a server of its own: nothing else can be reached there. When its address cannot be had
/// the daemon goes on without.
/// </summary>
internal sealed partial class PrometheusEndpoint(DaemonOptions options, PrometheusText text, ILogger<PrometheusEndpoint> logger) : IHostedService
{
    private const int MaxConnections = 16;

    private WebApplication? _server;

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (options.Metrics.Prometheus is not { } address)
        {
            return;
        }

        WebApplication server = Build(address);
        try
        {
            await server.StartAsync(cancellationToken).ConfigureAwait(false);
            _server = server;
            LogServing(logger, address.ToString()!);
        }
        catch (Exception failure) when (failure is IOException or SocketException or UnauthorizedAccessException)
        {
            await server.DisposeAsync().ConfigureAwait(false);
            LogAbsent(logger, address.ToString()!, failure.Message);
        }
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_server is { } server)
        {
            await server.StopAsync(cancellationToken).ConfigureAwait(false);
            await server.DisposeAsync().ConfigureAwait(false);
        }
    }

    private WebApplication Build(EndPoint address)
    {
        WebApplicationBuilder builder = ServingHost.CreateBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseExclusiveUnixSockets().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxConcurrentConnections = MaxConnections;
            kestrel.Limits.MaxRequestBodySize = 0;
            if (address is IPEndPoint tcp)
            {
                kestrel.Listen(tcp, listen => listen.Protocols = HttpProtocols.Http1);
            }
            else
            {
                kestrel.ListenUnixSocket(address.ToString()!, listen => listen.Protocols = HttpProtocols.Http1);
            }
        });
        WebApplication server = builder.Build();
        server.Run(AnswerAsync);
        return server;
    }

    private Task AnswerAsync(HttpContext context)
    {
        bool read = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        if (!read || context.Request.Path != "/metrics")
        {
            context.Response.StatusCode = read ? StatusCodes.Status404NotFound : StatusCodes.Status405MethodNotAllowed;
            return context.Response.WriteAsync("Metrics are at /metrics.\n", context.RequestAborted);
        }

        context.Response.ContentType = PrometheusText.ContentType;
        return HttpMethods.IsHead(context.Request.Method)
            ? Task.CompletedTask
            : context.Response.WriteAsync(text.Collect(), context.RequestAborted);
    }

    [LoggerMessage(1602, LogLevel.Information, "Metrics for Prometheus are served on {Address}.")]
    private static partial void LogServing(ILogger logger, string address);

    [LoggerMessage(1603, LogLevel.Error, "Metrics are not served on {Address} ({Failure}): free it or choose another address, and start again.")]
    private static partial void LogAbsent(ILogger logger, string address, string failure);
}
