using Gateway.Daemon.Services;

namespace Gateway.Daemon.Telemetry;

/// <summary>
/// What one client at a time does. The next one waits a little: a stream that its client has ended ends here a moment later.
/// </summary>
/// <param name="busy">What is told to a client whose turn does not come.</param>
internal sealed class OneAtATime(string busy) : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);

    private readonly SemaphoreSlim _free = new(1, 1);

    /// <summary>Waits for the turn; dispose what is returned when it is over.</summary>
    /// <exception cref="Rpc.RpcException">FAILED_PRECONDITION: another client goes on.</exception>
    public async Task<IDisposable> EnterAsync(CancellationToken cancellationToken) =>
        await _free.WaitAsync(s_patience, cancellationToken).ConfigureAwait(false) ? new Turn(_free) : throw ServiceErrors.FailedPrecondition(busy);

    public void Dispose() => _free.Dispose();

    private sealed class Turn(SemaphoreSlim free) : IDisposable
    {
        public void Dispose() => free.Release();
    }
}
