using System.ComponentModel;
using System.Runtime.InteropServices;

namespace Gateway.Benchmarks.Daemon;

/// <summary>CPU time of another process, all threads it has or had, to the nanosecond; /proc tells it in ticks of 10 ms.</summary>
internal static partial class ProcessClock
{
    /// <summary>CPU time of a process (clock_getcpuclockid(3)).</summary>
    /// <exception cref="Win32Exception">There is no such process.</exception>
    internal static TimeSpan Read(int pid)
    {
        int failed = clock_getcpuclockid(pid, out int clock);
        if (failed != 0)
        {
            throw new Win32Exception(failed);
        }

        return clock_gettime(clock, out Timespec time) == 0
            ? TimeSpan.FromSeconds(time.Seconds) + TimeSpan.FromMicroseconds(time.Nanoseconds / 1000.0)
            : throw new Win32Exception();
    }

    [LibraryImport("libc")]
    private static partial int clock_getcpuclockid(int pid, out int clock);

    [LibraryImport("libc", SetLastError = true)]
    private static partial int clock_gettime(int clock, out Timespec time);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        internal long Seconds;
        internal long Nanoseconds;
    }
}
