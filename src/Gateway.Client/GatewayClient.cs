using Gateway.Rpc;

namespace Gateway.Client;

/// <summary>
/// A client of one gateway. Connects when first used and again after a loss. Safe for concurrent use.
/// Calls fail with <see cref="RpcException"/>; a refused policy with <see cref="PolicyRejectedException"/>.
/// </summary>
public sealed class GatewayClient : IDisposable
{
    /// <summary>Holds the longest policy twice, as a message and as 64 MiB of text.</summary>
    private const int MaxReceiveMessageSize = 256 * 1024 * 1024;

    private readonly RpcChannel _channel;

    /// <summary>A client over a channel, for example one with TLS. Disposing the client closes the channel.</summary>
    /// <param name="channel">The way to the gateway.</param>
    public GatewayClient(RpcChannel channel)
    {
        ArgumentNullException.ThrowIfNull(channel);
        _channel = channel;
        Policies = new PolicyClient(channel);
        Ports = new PortClient(channel);
        Operators = new OperatorClient(channel);
        SubflowSets = new SubflowSetClient(channel);
        Connections = new ConnectionClient(channel);
        Telemetry = new TelemetryClient(channel);
        System = new SystemClient(channel);
    }

    /// <summary>Path of the socket the daemon listens on unless told otherwise.</summary>
    public static string DefaultSocketPath => "/run/gateway/gateway.sock";

    /// <summary>The running policy.</summary>
    public PolicyClient Policies { get; }

    /// <summary>The NICs the packet programs are attached to.</summary>
    public PortClient Ports { get; }

    /// <summary>Custom operators.</summary>
    public OperatorClient Operators { get; }

    /// <summary>Named sets of subflows, which policies select.</summary>
    public SubflowSetClient SubflowSets { get; }

    /// <summary>MPTCP connections and their subflows.</summary>
    public ConnectionClient Connections { get; }

    /// <summary>Counters and events.</summary>
    public TelemetryClient Telemetry { get; }

    /// <summary>The daemon itself.</summary>
    public SystemClient System { get; }

    /// <summary>A client of the daemon on this machine. Does not connect yet.</summary>
    /// <param name="socketPath">Path of its Unix socket, at most 107 bytes.</param>
    /// <param name="options">Limits; when null answers of up to 256 MiB are taken, enough for every policy.</param>
    /// <exception cref="ArgumentException">The path is empty or too long for a socket (unix(7)).</exception>
    public static GatewayClient Connect(string socketPath, RpcChannelOptions? options = null) =>
        new(RpcChannel.ForUnixSocket(socketPath, options ?? new RpcChannelOptions { MaxReceiveMessageSize = MaxReceiveMessageSize }));

    /// <summary>A client of the daemon at a TCP address. Does not connect yet.</summary>
    /// <param name="address">"host:port", "192.0.2.1:port" or "[2001:db8::1]:port".</param>
    /// <param name="files">Authorities of the daemon's certificate, and the client's own certificate, which decides what it may do.</param>
    /// <param name="serverName">The name that the daemon's certificate must have; the host of the address when null.</param>
    /// <param name="options">Limits; when null answers of up to 256 MiB are taken, enough for every policy.</param>
    /// <exception cref="ArgumentException">The address is no host with a port, or the name is no host name.</exception>
    /// <exception cref="TlsFileException">A certificate or key file cannot be used.</exception>
    public static GatewayClient ConnectTls(string address, TlsFiles files, string? serverName = null, RpcChannelOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(files);
        return new GatewayClient(RpcChannel.ForMutualTls(
            address, files.Load(), serverName, options ?? new RpcChannelOptions { MaxReceiveMessageSize = MaxReceiveMessageSize }));
    }

    /// <summary>Closes the connections; calls that run fail.</summary>
    public void Dispose() => _channel.Dispose();
}
