using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Lab;

/// <summary>
/// Relays frames between two interfaces, each so many ms after it came, in order. A real RTT where the kernel has no netem.
/// A line on standard input is a new delay in ms.
/// </summary>
internal sealed partial class DelayLine(string left, string right, TimeSpan delay)
{
    /// <summary>Printed when frames pass.</summary>
    public const string Ready = "relaying";

    private const int QueueBytes = 64 << 20;
    private const int ClockMonotonic = 1, AbsoluteTime = 1;
    private const long NanosecondsPerSecond = 1_000_000_000;

    private long _delay = Ticks(delay);
    private long _dropped;

    /// <summary>Relays until the process ends.</summary>
    public void Run()
    {
        Agent.EndWithOwner(line => Volatile.Write(ref _delay, Ticks(TimeSpan.FromMilliseconds(int.Parse(line, CultureInfo.InvariantCulture)))));
        using var a = new PacketSocket(left);
        using var b = new PacketSocket(right);
        Thread[] threads = [.. Direction(a, b), .. Direction(b, a)];
        Array.ForEach(threads, thread => thread.Start());
        Console.WriteLine(Ready);
        Array.ForEach(threads, thread => thread.Join());
    }

    private Thread[] Direction(PacketSocket from, PacketSocket to)
    {
        var queue = new FrameQueue(QueueBytes);
        return [new Thread(() => Fill(queue, from)), new Thread(() => Drain(queue, to))];
    }

    private void Fill(FrameQueue queue, PacketSocket from)
    {
        byte[] spare = new byte[PacketSocket.MaxFrame];
        while (true)
        {
            Span<byte> room = queue.Reserve(PacketSocket.MaxFrame);
            bool full = room.IsEmpty;
            int length = from.Receive(full ? spare : room);
            if (full || length == 0)
            {
                Report("queue full or frame not relayable");
            }
            else
            {
                queue.Commit(length, Stopwatch.GetTimestamp() + Volatile.Read(ref _delay));
            }
        }
    }

    private void Drain(FrameQueue queue, PacketSocket to)
    {
        while (true)
        {
            ReadOnlySpan<byte> frame = queue.Peek(out long due);
            SleepUntil(due);
            if (!to.Send(frame))
            {
                Report("link down or its queue full");
            }

            queue.Release(frame.Length);
        }
    }

    private static long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Stopwatch.Frequency);

    /// <summary>Says that frames are lost: the first one, and then whenever their number has doubled.</summary>
    private void Report(string why)
    {
        long count = Interlocked.Increment(ref _dropped);
        if (long.IsPow2(count))
        {
            Console.Error.WriteLine($"{left}-{right}: {count} frames dropped: {why}");
        }
    }

    private static void SleepUntil(long due)
    {
        if (Stopwatch.GetTimestamp() >= due)
        {
            return;
        }

        long nanoseconds = (long)((Int128)due * NanosecondsPerSecond / Stopwatch.Frequency);
        var time = new Timespec { Seconds = nanoseconds / NanosecondsPerSecond, Nanoseconds = nanoseconds % NanosecondsPerSecond };
        while (ClockNanosleep(ClockMonotonic, AbsoluteTime, time, 0) != 0 && Stopwatch.GetTimestamp() < due)
        {
        }
    }

    [LibraryImport("libc", EntryPoint = "clock_nanosleep")]
    private static partial int ClockNanosleep(int clock, int flags, in Timespec time, nint remaining);

    [StructLayout(LayoutKind.Sequential)]
    private struct Timespec
    {
        public long Seconds;
        public long Nanoseconds;
    }
}
