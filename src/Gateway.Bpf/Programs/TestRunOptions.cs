using System.Runtime.InteropServices;

namespace Gateway.Bpf;

/// <summary>How to run a program on one packet (BPF_PROG_TEST_RUN).</summary>
public sealed record TestRunOptions
{
    /// <summary>Runs in a row on the same packet; edits accumulate from run to run.</summary>
    public int Repeat { get; init; } = 1;

    /// <summary>
    /// Input context: <see cref="XdpContext"/> or <see cref="SkbContext"/> bytes; empty for the kernel's default.
    /// </summary>
    public ReadOnlyMemory<byte> ContextIn { get; init; }

    /// <summary>BPF_F_TEST_* flags, 0 for none.</summary>
    public uint Flags { get; init; }

    /// <summary>CPU for BPF_F_TEST_RUN_ON_CPU.</summary>
    public uint Cpu { get; init; }

    /// <summary>Bytes the packet may grow by; more fails with ENOSPC.</summary>
    public int GrowthRoom { get; init; } = 4096;

    /// <summary>The same options with this context.</summary>
    /// <typeparam name="T"><see cref="XdpContext"/> or <see cref="SkbContext"/>.</typeparam>
    /// <param name="context">The context.</param>
    /// <returns>A copy with <see cref="ContextIn"/> set.</returns>
    public TestRunOptions WithContext<T>(T context)
        where T : unmanaged =>
        this with { ContextIn = MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in context)).ToArray() };
}
