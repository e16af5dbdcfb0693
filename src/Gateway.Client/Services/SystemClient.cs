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

    /// <summary>Looks at everything the gateway depends on: kernel, ports and their NICs, pins, policy.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<DiagnoseResponse> DiagnoseAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(SystemMethods.Diagnose, new DiagnoseRequest(), null, cancellationToken);

    /// <summary>Looks at everything, and puts right what can be.</summary>
    /// <param name="cancellationToken">Gives the call up; what has begun is ended.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<RepairResponse> RepairAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(SystemMethods.Repair, new RepairRequest(), null, cancellationToken);

    /// <summary>Everything needed to find a fault from afar: a tar archive in gzip.</summary>
    /// <param name="output">Takes the archive.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task SupportBundleAsync(Stream output, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(output);
        IAsyncEnumerable<SupportBundleChunk> chunks = _channel.ServerStreaming(SystemMethods.SupportBundle, new SupportBundleRequest(), null, cancellationToken);
        await foreach (SupportBundleChunk chunk in chunks.ConfigureAwait(false))
        {
            await output.WriteAsync(chunk.Content.Memory, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Detaches every port, removes every pin and ends the daemon: nothing of the gateway stays in the kernel.</summary>
    /// <param name="cancellationToken">Gives the call up; the removal goes on.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<CleanUpResponse> CleanUpAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(SystemMethods.CleanUp, new CleanUpRequest(), null, cancellationToken);
}
