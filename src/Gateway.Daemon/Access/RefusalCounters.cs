namespace Gateway.Daemon.Access;

/// <summary>Counts what was refused since the daemon's start.</summary>
internal sealed class RefusalCounters
{
    private readonly long[] _counts = new long[Enum.GetValues<AccessRefusal>().Length];

    public void Count(AccessRefusal refusal) => Interlocked.Increment(ref _counts[(int)refusal]);

    /// <summary>Every reason with its count.</summary>
    public IEnumerable<(AccessRefusal Refusal, long Count)> Read() =>
        Enum.GetValues<AccessRefusal>().Select(refusal => (refusal, Volatile.Read(ref _counts[(int)refusal])));
}
