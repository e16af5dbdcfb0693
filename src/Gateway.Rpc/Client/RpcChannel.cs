using System.Globalization;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>
/// A client's way to one server: connects when first used, again after a loss, and shares its connections
/// between calls. Safe for concurrent use.
/// </summary>
public sealed class RpcChannel : IDisposable
{
    private readonly HttpMessageInvoker _http;
    private readonly Uri _address;
    private readonly CancellationTokenSource _closed = new();

    private RpcChannel(string target, Uri address, SocketsHttpHandler handler, RpcChannelOptions options)
    {
        Target = target;
        Options = options;
        _address = address;
        handler.UseProxy = false;
        handler.UseCookies = false;
        handler.AllowAutoRedirect = false;
        handler.AutomaticDecompression = System.Net.DecompressionMethods.None;
        handler.ActivityHeadersPropagator = null;
        handler.EnableMultipleHttp2Connections = true;
        handler.InitialHttp2StreamWindowSize = 1024 * 1024;
        handler.ConnectTimeout = options.ConnectTimeout;
        handler.KeepAlivePingDelay = TimeSpan.FromSeconds(60);
        handler.KeepAlivePingTimeout = TimeSpan.FromSeconds(20);
        handler.KeepAlivePingPolicy = HttpKeepAlivePingPolicy.WithActiveRequests;
        _http = new HttpMessageInvoker(handler);
    }

    /// <summary>The server, for people: "unix:/run/gateway.sock" or the address.</summary>
    public string Target { get; }

    internal RpcChannelOptions Options { get; }

    /// <summary>Cancelled when the channel is disposed.</summary>
    internal CancellationToken Closed => _closed.Token;

    /// <summary>A channel to the server on a Unix socket. Does not connect yet.</summary>
    /// <param name="path">Path of the socket.</param>
    /// <param name="options">Limits; the defaults when null.</param>
    public static RpcChannel ForUnixSocket(string path, RpcChannelOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        UnixDomainSocketEndPoint endpoint = new(path);
        SocketsHttpHandler handler = new()
        {
            ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                try
                {
                    await socket.ConnectAsync(endpoint, cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            },
        };
        return new RpcChannel($"unix:{path}", new Uri("http://localhost"), handler, options ?? new RpcChannelOptions());
    }

    /// <summary>A channel to the server at an address. Does not connect yet.</summary>
    /// <param name="address">"http://host:port" in the clear, or "https://host:port".</param>
    /// <param name="options">Limits and TLS; the defaults when null.</param>
    /// <exception cref="ArgumentException">The address is neither http nor https.</exception>
    public static RpcChannel ForAddress(Uri address, RpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (!address.IsAbsoluteUri || address.Scheme is not ("http" or "https"))
        {
            throw new ArgumentException($"'{address}' is not an address like http://host:port or https://host:port.", nameof(address));
        }

        options ??= new RpcChannelOptions();
        SocketsHttpHandler handler = new();
        if (options.Tls is { } tls)
        {
            handler.SslOptions = tls;
        }

        return new RpcChannel(address.GetLeftPart(UriPartial.Authority), new Uri(address.GetLeftPart(UriPartial.Authority)), handler, options);
    }

    /// <summary>A channel to the server at a TCP address, in which both ends prove who they are by certificates. Does not connect yet.</summary>
    /// <param name="address">"host:port", "192.0.2.1:port" or "[2001:db8::1]:port".</param>
    /// <param name="material">Authorities of the server's certificate, and this end's certificate.</param>
    /// <param name="serverName">The name that the server's certificate must have; the host of the address when null.</param>
    /// <param name="options">Limits; the defaults when null. Its TLS settings are not used.</param>
    /// <exception cref="ArgumentException">The address is no host with a port, or the name is no host name.</exception>
    public static RpcChannel ForMutualTls(string address, TlsMaterial material, string? serverName = null, RpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(address);
        ArgumentNullException.ThrowIfNull(material);
        string port = address[(address.LastIndexOf(':') + 1)..];
        if (!ushort.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out ushort number) || number == 0
            || !Uri.TryCreate($"https://{address}", UriKind.Absolute, out Uri? target)
            || target.Port != number || target.PathAndQuery != "/" || target.UserInfo.Length > 0)
        {
            throw new ArgumentException($"'{address}' is no address like gateway.example.net:9443, 192.0.2.1:9443 or [2001:db8::1]:9443.", nameof(address));
        }

        if (serverName is not null && Uri.CheckHostName(serverName) == UriHostNameType.Unknown)
        {
            throw new ArgumentException($"'{serverName}' is no host name or IP address.", nameof(serverName));
        }

        SocketsHttpHandler handler = new() { SslOptions = material.ClientOptions };
        if (serverName is not null)
        {
            handler.ConnectCallback = async (_, cancellationToken) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
                try
                {
                    await socket.ConnectAsync(target.IdnHost, target.Port, cancellationToken).ConfigureAwait(false);
                    return new NetworkStream(socket, ownsSocket: true);
                }
                catch
                {
                    socket.Dispose();
                    throw;
                }
            };
        }

        Uri named = serverName is null ? target : new UriBuilder(target) { Host = serverName }.Uri;
        return new RpcChannel(address, named, handler, options ?? new RpcChannelOptions());
    }

    /// <summary>Calls a unary method.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<TResponse> UnaryAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, CallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = Start(method, MethodType.Unary, request, options, cancellationToken);
        return await call.ReadSingleAsync().ConfigureAwait(false);
    }

    /// <summary>Calls a server streaming method; leaving the loop early cancels the call.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async IAsyncEnumerable<TResponse> ServerStreaming<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        TRequest request,
        CallOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = Start(method, MethodType.ServerStreaming, request, options, cancellationToken);
        while (await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            yield return call.ResponseStream.Current;
        }
    }

    /// <summary>Calls a client streaming method with all of <paramref name="requests"/>.</summary>
    /// <exception cref="RpcException">The call failed; the server may have answered before the last request.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async Task<TResponse> ClientStreamingAsync<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        IAsyncEnumerable<TRequest> requests,
        CallOptions? options = null,
        CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = Start(method, MethodType.ClientStreaming, null, options, cancellationToken);
        _ = call.SendAllAsync(requests);
        return await call.ReadSingleAsync().ConfigureAwait(false);
    }

    /// <summary>Calls a duplex method: sends all of <paramref name="requests"/> while the responses arrive.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellationToken"/> was cancelled.</exception>
    public async IAsyncEnumerable<TResponse> DuplexStreaming<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method,
        IAsyncEnumerable<TRequest> requests,
        CallOptions? options = null,
        [EnumeratorCancellation] CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        using var call = Start(method, MethodType.DuplexStreaming, null, options, cancellationToken);
        _ = call.SendAllAsync(requests);
        while (await call.ResponseStream.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            yield return call.ResponseStream.Current;
        }
    }

    /// <summary>Starts a client streaming or duplex call whose messages, headers and trailers the caller handles.</summary>
    /// <exception cref="ArgumentException">The method takes one request.</exception>
    public RpcCall<TRequest, TResponse> Start<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, CallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        return method.Type is MethodType.ClientStreaming or MethodType.DuplexStreaming
            ? Start(method, method.Type, null, options, cancellationToken)
            : throw new ArgumentException($"{method} takes one request: start it with the request.", nameof(method));
    }

    /// <summary>Starts a unary or server streaming call whose responses, headers and trailers the caller handles.</summary>
    /// <exception cref="ArgumentException">The method takes a stream of requests.</exception>
    public RpcCall<TRequest, TResponse> Start<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, TRequest request, CallOptions? options = null, CancellationToken cancellationToken = default)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ArgumentNullException.ThrowIfNull(request);
        return method.Type is MethodType.Unary or MethodType.ServerStreaming
            ? Start(method, method.Type, request, options, cancellationToken)
            : throw new ArgumentException($"{method} takes a stream of requests: start it without one.", nameof(method));
    }

    /// <summary>Ends the calls that run, as cancelled, and closes the connections.</summary>
    public void Dispose()
    {
        _closed.Cancel();
        _http.Dispose();
        _closed.Dispose();
    }

    internal Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(_address, request.RequestUri!);
        return _http.SendAsync(request, cancellationToken);
    }

    private RpcCall<TRequest, TResponse> Start<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, MethodType type, TRequest? request, CallOptions? options, CancellationToken cancellationToken)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse>
    {
        ArgumentNullException.ThrowIfNull(method);
        ObjectDisposedException.ThrowIf(_closed.IsCancellationRequested, this);
        return method.Type == type
            ? new RpcCall<TRequest, TResponse>(this, method, request, options ?? new CallOptions(), cancellationToken)
            : throw new ArgumentException($"{method} is {method.Type}, not {type}.", nameof(method));
    }
}
