using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Client;

/// <summary>The daemon itself: gateway.v1.SystemService.</summary>
public sealed class SystemClient
{
    private readonly RpcChannel _channel;

    internal SystemClient(RpcChannel channel) => _channel = channel;

    /// <summary>What runs: version, policy, kernel features, programs.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<StatusResponse> StatusAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(SystemMethods.Status, new StatusRequest(), null, cancellationToken);

    /// <summary>Detaches every port, removes every pin and ends the daemon: nothing of the gateway stays in the kernel.</summary>
    /// <param name="cancellationToken">Gives the call up; the removal goes on.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<CleanUpResponse> CleanUpAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(SystemMethods.CleanUp, new CleanUpRequest(), null, cancellationToken);
}
