using System.Net.Security;

namespace Gateway.Rpc;

/// <summary>Settings of a channel.</summary>
public sealed class RpcChannelOptions
{
    /// <summary>Longest response message in bytes, before and after decompression; longer is RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>How long connecting may take before the call is UNAVAILABLE.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Client certificate and server checks of https addresses; the system's defaults when null.</summary>
    public SslClientAuthenticationOptions? Tls { get; init; }

    /// <summary>Clock of the deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
