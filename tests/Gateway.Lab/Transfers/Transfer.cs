using System.Diagnostics;

namespace Gateway.Lab;

/// <summary>A running transfer.</summary>
public sealed class Transfer : IAsyncDisposable
{
    private readonly ulong _firstId;
    private readonly LabProcess _sender;
    private readonly TransferBoard _board;
    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private volatile bool _stopped;

    internal Transfer(TransferSpec spec, ulong firstId, LabProcess sender, TransferBoard board)
    {
        Spec = spec;
        _firstId = firstId;
        _sender = sender;
        _board = board;
        Completion = CompleteAsync();
    }

    /// <summary>What was asked for.</summary>
    public TransferSpec Spec { get; }

    /// <summary>Bytes received so far, over all connections.</summary>
    public long Bytes => Ids.Sum(id => _board.Progress(id));

    /// <summary>A point of progress, now. Two of them give a rate.</summary>
    public TransferSample Sample => new(_clock.Elapsed.TotalSeconds, Bytes);

    /// <summary>
    /// The result. It does not fail when connections do: those are counted as lost, at the latest when the transfer's
    /// timeout has passed.
    /// </summary>
    public Task<TransferResult> Completion { get; }

    private IEnumerable<ulong> Ids => Enumerable.Range(0, Spec.Connections).Select(i => _firstId + (ulong)i);

    /// <summary>Waits until so many bytes have been received.</summary>
    /// <exception cref="TimeoutException">They were not.</exception>
    /// <exception cref="InvalidOperationException">The transfer ended before.</exception>
    public Task WaitForBytesAsync(long bytes, TimeSpan? timeout = null) => Wait.UntilAsync(
        () => Bytes >= bytes || (Completion.IsCompletedSuccessfully
            ? throw new InvalidOperationException($"The transfer ended at {Bytes} of {bytes} bytes. {Completion.Result.Errors}")
            : false),
        $"{bytes} bytes arrive ({Bytes} have)",
        timeout ?? TimeSpan.FromSeconds(30));

    /// <summary>Ends the sending early and regularly: what was sent still arrives and is verified.</summary>
    public async Task<TransferResult> StopAsync()
    {
        _stopped = true;
        await _sender.WriteLineAsync("stop").ConfigureAwait(false);
        return await Completion.ConfigureAwait(false);
    }

    /// <summary>Ends it at once.</summary>
    public async ValueTask DisposeAsync()
    {
        if (!_sender.HasExited)
        {
            await _sender.KillAsync().ConfigureAwait(false);
        }

        await Completion.ConfigureAwait(false);
        await _sender.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<TransferResult> CompleteAsync()
    {
        using var limit = new CancellationTokenSource((Spec.Duration ?? TimeSpan.Zero) + Wait.Patiently(Spec.Timeout));
        try
        {
            await _sender.WaitForExitAsync(limit.Token).ConfigureAwait(false);
            await Wait.UntilAsync(() => Ids.All(_board.Ended), "both ends of every connection report", TimeSpan.FromSeconds(2))
                .ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            if (!_sender.HasExited)
            {
                await _sender.KillAsync().ConfigureAwait(false);
            }
        }

        return _board.Result(Ids, Spec, _stopped);
    }
}
