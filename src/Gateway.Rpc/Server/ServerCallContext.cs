using System.Security.Cryptography.X509Certificates;
using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>What a handler knows about its call, and how it shapes the answer besides the messages.</summary>
public abstract class ServerCallContext
{
    private Dictionary<object, object?>? _userState;

    private protected ServerCallContext()
    {
    }

    /// <summary>Path of the method: "/package.Service/Method".</summary>
    public abstract string Method { get; }

    /// <summary>The method as the proto file declares it.</summary>
    public abstract MethodDescriptor MethodDescriptor { get; }

    /// <summary>The host the client named (:authority).</summary>
    public abstract string Host { get; }

    /// <summary>Who calls: "unix:uid=0,gid=0,pid=123", "ipv4:192.0.2.1:5000" or "ipv6:[2001:db8::1]:5000".</summary>
    public abstract string Peer { get; }

    /// <summary>Who calls over a Unix socket, from the kernel; null on other transports.</summary>
    public abstract PeerCredentials? PeerCredentials { get; }

    /// <summary>The certificate the caller proved to own; null without mutual TLS.</summary>
    public abstract X509Certificate2? ClientCertificate { get; }

    /// <summary>Metadata the client sent.</summary>
    /// <exception cref="RpcException">A binary value is not base64.</exception>
    public abstract Metadata RequestHeaders { get; }

    /// <summary>Metadata that goes with the status at the end of the call.</summary>
    public abstract Metadata ResponseTrailers { get; }

    /// <summary>The status of the call when the handler returns; OK unless set.</summary>
    public Status Status { get; set; } = Status.DefaultSuccess;

    /// <summary>When the client stops waiting, in UTC; <see cref="DateTime.MaxValue"/> without a deadline.</summary>
    public abstract DateTime Deadline { get; }

    /// <summary>
    /// Cancelled when the client cancels or goes away, when the deadline passes, and for streaming calls when
    /// the server stops.
    /// </summary>
    public abstract CancellationToken CancellationToken { get; }

    /// <summary>Values that interceptors and the handler leave for each other.</summary>
    public IDictionary<object, object?> UserState => _userState ??= [];

    /// <summary>Sends the response headers now, with metadata. At most once, before the first message.</summary>
    /// <exception cref="InvalidOperationException">The headers have been sent.</exception>
    public abstract Task WriteResponseHeadersAsync(Metadata responseHeaders);
}
