using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Gateway.Rpc;

/// <summary>Adds gRPC services to an application.</summary>
public static class GrpcEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Serves these services. Calls of other services and methods are answered with UNIMPLEMENTED, requests
    /// that are not gRPC with 415. Call it once with all services.
    /// </summary>
    /// <param name="endpoints">The application.</param>
    /// <param name="services">One instance per service; it serves all calls.</param>
    /// <param name="options">Limits and interceptors; the defaults when null.</param>
    /// <exception cref="InvalidOperationException">
    /// A service leaves a method unbound or binds it wrongly, a service is given twice, or the application has
    /// gRPC services already.
    /// </exception>
    public static IEndpointConventionBuilder MapGrpcServices(
        this IEndpointRouteBuilder endpoints, IEnumerable<GrpcService> services, GrpcServerOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(services);
        if (endpoints.DataSources.SelectMany(source => source.Endpoints).Any(endpoint => endpoint.Metadata.GetMetadata<GrpcServer>() is not null))
        {
            throw new InvalidOperationException("MapGrpcServices was called before: give all services to one call.");
        }

        options ??= new GrpcServerOptions();
        List<GrpcService> all = [.. services];
        if (options.Reflection)
        {
            all.AddRange(ReflectionServices.Over([.. all.Select(service => service.Descriptor)]));
        }

        GrpcServer server = new(
            all,
            options,
            endpoints.ServiceProvider.GetRequiredService<ILoggerFactory>().CreateLogger("Gateway.Rpc"),
            endpoints.ServiceProvider.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
        return endpoints.MapPost("/{service}/{method}", server.HandleAsync).WithMetadata(server).WithDisplayName("gRPC");
    }
}
