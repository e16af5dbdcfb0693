using Gateway.DataPlane;

namespace Gateway.Daemon.Connections;

/// <summary>Reads what several observers need of an event.</summary>
internal static class PathEventReading
{
    private const byte Syn = 0x02;
    private const byte SynAck = 0x12;

    public static bool IsSyn(this in PathEvent seen) => (seen.TcpFlags & SynAck) == Syn;

    public static bool IsSynAck(this in PathEvent seen) => (seen.TcpFlags & SynAck) == SynAck;

    public static FlowEnd SourceEnd(this in PathEvent seen) => new(seen.Source, seen.SourcePort);

    public static FlowEnd DestinationEnd(this in PathEvent seen) => new(seen.Destination, seen.DestinationPort);

    /// <summary>Nanoseconds since 1970-01-01T00:00:00Z.</summary>
    public static long UnixNanos(this DateTimeOffset time) => (time - DateTimeOffset.UnixEpoch).Ticks * TimeSpan.NanosecondsPerTick;

    /// <summary>The MPTCP option meant in a packet's options, from its kind octet on; empty without one. May hold keys.</summary>
    public static ReadOnlySpan<byte> OptionAt(ReadOnlySpan<byte> options, int offset)
    {
        if (offset < 0 || offset + 2 > options.Length)
        {
            return [];
        }

        int length = options[offset + 1];
        return length < 3 || offset + length > options.Length ? [] : options.Slice(offset, length);
    }
}
