namespace Gateway.Daemon.Policies;

/// <summary>Calls once when the time to confirm is over. Wall clocks that jump do not move it.</summary>
internal sealed class ConfirmationTimer : IDisposable
{
    private readonly ITimer _timer;

    public ConfirmationTimer(TimeProvider time, Action due) =>
        _timer = time.CreateTimer(_ => due(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    /// <summary>Starts again; null stops it.</summary>
    public void Start(TimeSpan? left) => _timer.Change(left ?? Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

    public void Stop() => Start(null);

    public void Dispose() => _timer.Dispose();
}
