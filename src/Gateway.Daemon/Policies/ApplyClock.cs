using System.Diagnostics;
using Gateway.DataPlane;
using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>Measures the steps of an apply on the thread that began it. Not thread-safe: applies come one at a time.</summary>
internal sealed class ApplyClock : IDisposable
{
    private readonly TimeSpan[] _steps = new TimeSpan[Enum.GetValues<ApplyStep>().Length];
    private readonly ActivityListener _listener;
    private int _thread;
    private long _start;
    private long _step;
    private TimeSpan _plan;
    private TimeSpan _text;

    public ApplyClock()
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ApplySteps.SourceName,
            Sample = static (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.PropagationData,
            ActivityStarted = _ => Note(() => _step = Stopwatch.GetTimestamp()),
            ActivityStopped = activity => Note(() =>
            {
                if (Enum.TryParse(activity.OperationName, out ApplyStep step))
                {
                    _steps[(int)step] += Stopwatch.GetElapsedTime(_step);
                }
            }),
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Begins an apply.</summary>
    public void Begin()
    {
        Array.Clear(_steps);
        _plan = default;
        _text = default;
        _thread = Environment.CurrentManagedThreadId;
        _start = Stopwatch.GetTimestamp();
    }

    /// <summary>Makes the plan.</summary>
    public T Plan<T>(Func<T> make) => Measure(make, out _plan);

    /// <summary>Makes the text that is stored.</summary>
    public T Text<T>(Func<T> make) => Measure(make, out _text);

    /// <summary>What there is since <see cref="Begin"/>.</summary>
    public ApplyTimes End(LoadTimes load) => new(
        load,
        _plan,
        _text + _steps[(int)ApplyStep.StoreText] + _steps[(int)ApplyStep.StoreIntent] + _steps[(int)ApplyStep.StoreCommit],
        _steps[(int)ApplyStep.FillTables] + _steps[(int)ApplyStep.EnterSlot] + _steps[(int)ApplyStep.PinDocument],
        _steps[(int)ApplyStep.Switch],
        Stopwatch.GetElapsedTime(_start));

    public void Dispose() => _listener.Dispose();

    private static T Measure<T>(Func<T> make, out TimeSpan time)
    {
        long start = Stopwatch.GetTimestamp();
        T made = make();
        time = Stopwatch.GetElapsedTime(start);
        return made;
    }

    /// <summary>Another gateway of this process has its own clock.</summary>
    private void Note(Action note)
    {
        if (Environment.CurrentManagedThreadId == _thread)
        {
            note();
        }
    }
}
