namespace Gateway.DataPlane.Native;

/// <summary>Turns CLOCK_MONOTONIC nanoseconds, which the packet programs stamp, into time of day.</summary>
internal readonly struct KernelClock
{
    private const long NanosecondsPerTick = 100;

    private readonly DateTimeOffset _now;
    private readonly long _monotonic;

    private KernelClock(DateTimeOffset now, long monotonic) => (_now, _monotonic) = (now, monotonic);

    /// <summary>Reads both clocks. <see cref="System.Diagnostics.Stopwatch"/> is CLOCK_MONOTONIC on Linux.</summary>
    internal static KernelClock Read(TimeProvider time) =>
        new(time.GetUtcNow(), (long)Now);

    /// <summary>Nanoseconds of CLOCK_MONOTONIC.</summary>
    internal static ulong Now => (ulong)(System.Diagnostics.Stopwatch.GetTimestamp() * (1e9 / System.Diagnostics.Stopwatch.Frequency));

    internal DateTimeOffset TimeOf(ulong nanoseconds) => _now.AddTicks(((long)nanoseconds - _monotonic) / NanosecondsPerTick);
}
