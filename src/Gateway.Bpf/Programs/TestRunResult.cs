using System.Runtime.InteropServices;

namespace Gateway.Bpf;

/// <summary>What a program did to a packet.</summary>
/// <param name="ReturnValue">The program's return code (XDP_*, TC_ACT_*); TC_ACT_UNSPEC (-1) appears as 0xffffffff.</param>
/// <param name="DataOut">The packet afterwards; for XDP it starts at data_meta.</param>
/// <param name="ContextOut">The context afterwards; empty when none was given.</param>
/// <param name="Duration">The kernel's own average per run, in whole nanoseconds.</param>
public sealed record TestRunResult(uint ReturnValue, byte[] DataOut, byte[] ContextOut, uint Duration)
{
    /// <summary>The context afterwards as a structure.</summary>
    /// <typeparam name="T"><see cref="XdpContext"/> or <see cref="SkbContext"/>.</typeparam>
    /// <returns>The structure.</returns>
    /// <exception cref="InvalidOperationException">The run had no context, or one of another size.</exception>
    public T ContextAs<T>()
        where T : unmanaged =>
        MemoryMarshal.TryRead(ContextOut, out T context)
            ? context
            : throw new InvalidOperationException("The test run has no such context: give one in TestRunOptions.ContextIn.");
}
