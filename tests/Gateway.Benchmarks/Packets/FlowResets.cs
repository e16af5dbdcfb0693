namespace Gateway.Benchmarks.Packets;

/// <summary>What a flow forgets before each run (enum bench_reset of restore.bpf.c).</summary>
[Flags]
internal enum FlowResets : uint
{
    None = 0,

    /// <summary>Placed MP_PRIOs.</summary>
    Prio = 1,

    /// <summary>Cached classifications.</summary>
    Class = 2,
}
