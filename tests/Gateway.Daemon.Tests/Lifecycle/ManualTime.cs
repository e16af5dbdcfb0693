namespace Gateway.Daemon.Tests.Lifecycle;

/// <summary>Time that passes when it is told to; timers run on the thread that tells it.</summary>
internal sealed class ManualTime : TimeProvider
{
    private readonly List<ManualTimer> _timers = [];
    private TimeSpan _elapsed;
    private DateTimeOffset _wall = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => _wall;

    public override long GetTimestamp() => _elapsed.Ticks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        _timers.Add(timer);
        return timer;
    }

    /// <summary>Time passes.</summary>
    public void Pass(TimeSpan time)
    {
        _elapsed += time;
        _wall += time;
        foreach (ManualTimer timer in _timers.ToList())
        {
            timer.RunIfDue();
        }
    }

    /// <summary>The wall clock is set; no time passes.</summary>
    public void Jump(TimeSpan by) => _wall += by;

    private sealed class ManualTimer(ManualTime time, Action run) : ITimer
    {
        private TimeSpan? _due;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            _due = dueTime == Timeout.InfiniteTimeSpan ? null : time._elapsed + dueTime;
            return true;
        }

        public void RunIfDue()
        {
            if (_due <= time._elapsed)
            {
                _due = null;
                run();
            }
        }

        public void Dispose() => time._timers.Remove(this);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
