using System.Diagnostics;

namespace Gateway.Adverse;

/// <summary>How far a case is, on the machine's console, for whoever reads along.</summary>
/// <param name="of">The case.</param>
internal sealed class StepLog(string of)
{
    private readonly Stopwatch _clock = Stopwatch.StartNew();

    /// <summary>Since the case began.</summary>
    internal double Seconds => _clock.Elapsed.TotalSeconds;

    internal void Tell(string step) => Console.WriteLine(FormattableString.Invariant($"{Seconds:0} s {of}: {step}"));
}
