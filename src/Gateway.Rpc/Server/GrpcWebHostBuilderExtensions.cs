using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.DependencyInjection;

namespace Gateway.Rpc;

/// <summary>Where a gRPC server listens.</summary>
public static class GrpcWebHostBuilderExtensions
{
    /// <summary>
    /// Listens on a Unix socket (mode 0660); calls carry <see cref="ServerCallContext.PeerCredentials"/>.
    /// A socket file that no process listens on is replaced. Starting fails with an
    /// <see cref="IOException"/> when a live process listens there, or when the path is not a socket.
    /// </summary>
    /// <param name="builder">The web host.</param>
    /// <param name="path">Absolute path of the socket, at most 107 bytes; its directory exists.</param>
    public static IWebHostBuilder ListenGrpcUnixSocket(this IWebHostBuilder builder, string path)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentException.ThrowIfNullOrEmpty(path);
        return builder.UseExclusiveUnixSockets().ConfigureKestrel(kestrel =>
        {
            Configure(kestrel);
            kestrel.ListenUnixSocket(path, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                listen.Use(AttachPeerCredentials);
            });
        });
    }

    /// <summary>
    /// Binds Unix sockets with mode 0660, replacing a socket file that no process listens on. Starting fails with an
    /// <see cref="IOException"/> when a live process listens there, or when the path is not a socket.
    /// </summary>
    /// <param name="builder">The web host.</param>
    public static IWebHostBuilder UseExclusiveUnixSockets(this IWebHostBuilder builder)
    {
        ArgumentNullException.ThrowIfNull(builder);
        return builder.ConfigureServices(static services => services.Configure<SocketTransportOptions>(
            static options => options.CreateBoundListenSocket = UnixListenSocket.Bind));
    }

    /// <summary>Listens for HTTP/2 on a TCP address: in the clear (loopback only), or over TLS by <paramref name="configure"/>.</summary>
    /// <param name="builder">The web host.</param>
    /// <param name="endpoint">Address and port; port 0 takes a free one.</param>
    /// <param name="configure">Sets up TLS: <c>listen => listen.UseHttps(...)</c>; needs <c>UseKestrelHttpsConfiguration</c> with the slim builder.</param>
    /// <exception cref="ArgumentException">The address is not loopback and <paramref name="configure"/> is null.</exception>
    public static IWebHostBuilder ListenGrpc(this IWebHostBuilder builder, IPEndPoint endpoint, Action<ListenOptions>? configure = null)
    {
        ArgumentNullException.ThrowIfNull(builder);
        ArgumentNullException.ThrowIfNull(endpoint);
        if (configure is null && !IPAddress.IsLoopback(endpoint.Address))
        {
            throw new ArgumentException(
                $"{endpoint} is reachable from other hosts: set up TLS with client certificates, or listen on loopback.", nameof(endpoint));
        }

        return builder.ConfigureKestrel(kestrel =>
        {
            Configure(kestrel);
            kestrel.Listen(endpoint, listen =>
            {
                listen.Protocols = HttpProtocols.Http2;
                configure?.Invoke(listen);
            });
        });
    }

    /// <summary>
    /// Listens for HTTP/2 over TLS on a TCP address, for clients with a certificate of the given authorities;
    /// calls carry <see cref="ServerCallContext.ClientCertificate"/>. The machine may get the address later.
    /// </summary>
    /// <param name="builder">The web host.</param>
    /// <param name="endpoint">Address and port; port 0 takes a free one.</param>
    /// <param name="options">Certificates, and who is told of refused clients.</param>
    public static IWebHostBuilder ListenGrpcMutualTls(this IWebHostBuilder builder, IPEndPoint endpoint, MutualTlsOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return builder.UseKestrelHttpsConfiguration().ListenGrpc(endpoint, listen => MutualTls.Use(listen, options));
    }

    private static void Configure(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;

        // A watcher may read slowly or not at all for a while; HTTP/2 pings find the dead ones.
        kestrel.Limits.MinResponseDataRate = null;
        kestrel.Limits.Http2.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        kestrel.Limits.Http2.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        kestrel.Limits.Http2.InitialConnectionWindowSize = 4 * 1024 * 1024;
        kestrel.Limits.Http2.InitialStreamWindowSize = 1024 * 1024;
    }

    private static ConnectionDelegate AttachPeerCredentials(ConnectionDelegate next) => connection =>
    {
        if (connection.Features.Get<IConnectionSocketFeature>() is { } feature)
        {
            connection.Features.Set(PeerCredentials.Of(feature.Socket));
        }

        return next(connection);
    };
}
