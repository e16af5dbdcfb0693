using System.Diagnostics;
using Gateway.DataPlane;

namespace Gateway.Daemon.Tests.Lifecycle;

/// <summary>Makes a step fail on this thread, and notes the steps that begin.</summary>
internal sealed class FailingStep : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    public FailingStep(ApplyStep? step = null, Func<Exception>? failure = null, int times = int.MaxValue)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == ApplySteps.SourceName,
            Sample = (ref ActivityCreationOptions<ActivityContext> options) =>
            {
                if (Environment.CurrentManagedThreadId != _thread)
                {
                    return ActivitySamplingResult.None;
                }

                Begun.Add(Enum.Parse<ApplyStep>(options.Name));
                return options.Name == step?.ToString() && times-- > 0 ? throw failure!() : ActivitySamplingResult.None;
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    public List<ApplyStep> Begun { get; } = [];

    public void Dispose() => _listener.Dispose();
}
