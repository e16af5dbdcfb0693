using System.Buffers.Binary;
using System.Text;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Compares frames and says in which layer, field and option they differ.</summary>
internal static class FrameDiff
{
    internal static void AssertEqual(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        if (!expected.SequenceEqual(actual))
        {
            Assert.Fail($"The frame is not the expected one.\n{Describe(expected, actual)}");
        }
    }

    /// <summary>One line per layer, field or option; those that differ twice, with - for the first frame and + for the second.</summary>
    internal static string Describe(ReadOnlySpan<byte> expected, ReadOnlySpan<byte> actual)
    {
        List<(string Name, string Bytes)> left = Split(expected), right = Split(actual);
        var text = new StringBuilder();
        for (int i = 0; i < Math.Max(left.Count, right.Count); i++)
        {
            (string Name, string Bytes)? one = i < left.Count ? left[i] : null, other = i < right.Count ? right[i] : null;
            if (one == other)
            {
                text.AppendLine($"    {one!.Value.Name,-18} {one.Value.Bytes}");
                continue;
            }

            if (one is { } expectedLine)
            {
                text.AppendLine($"  - {expectedLine.Name,-18} {expectedLine.Bytes}");
            }

            if (other is { } actualLine)
            {
                text.AppendLine($"  + {actualLine.Name,-18} {actualLine.Bytes}");
            }
        }

        return text.ToString();
    }

    private static List<(string Name, string Bytes)> Split(ReadOnlySpan<byte> frame)
    {
        var parts = new List<(string, string)>();
        if (frame.Length < 14)
        {
            parts.Add(("bytes", Convert.ToHexString(frame)));
            return parts;
        }

        Add(parts, frame, 0, 6, "Ethernet dst");
        Add(parts, frame, 6, 12, "Ethernet src");
        int offset = 12;
        while (frame.Length >= offset + 4 && BinaryPrimitives.ReadUInt16BigEndian(frame[offset..]) is 0x8100 or 0x88a8)
        {
            Add(parts, frame, offset, offset + 4, "VLAN");
            offset += 4;
        }

        Add(parts, frame, offset, offset + 2, "Ethernet type");
        ParseOutcome outcome = PacketParser.Parse(frame, out ParsedPacket packet);
        if (outcome is not (ParseOutcome.None or ParseOutcome.MalformedOptions or ParseOutcome.DuplicateOption))
        {
            Add(parts, frame, offset + 2, frame.Length, $"rest ({outcome})");
            return parts;
        }

        AddNetwork(parts, frame, packet);
        AddTransport(parts, frame, packet);
        Add(parts, frame, packet.PayloadOffset, packet.End, "payload");
        Add(parts, frame, packet.End, frame.Length, "trailer");
        return parts;
    }

    private static void AddNetwork(List<(string, string)> parts, ReadOnlySpan<byte> frame, ParsedPacket packet)
    {
        int ip = packet.NetworkOffset;
        if (packet.Family == 4)
        {
            Add(parts, frame, ip, ip + 2, "IPv4 header");
            Add(parts, frame, ip + 2, ip + 4, "IPv4 length");
            Add(parts, frame, ip + 4, ip + 8, "IPv4 id, fragment");
            Add(parts, frame, ip + 8, ip + 10, "IPv4 TTL, protocol");
            Add(parts, frame, ip + 10, ip + 12, "IPv4 checksum");
            Add(parts, frame, ip + 12, packet.TransportOffset, "IPv4 addresses");
        }
        else
        {
            Add(parts, frame, ip, ip + 4, "IPv6 header");
            Add(parts, frame, ip + 4, ip + 6, "IPv6 length");
            Add(parts, frame, ip + 6, ip + 8, "IPv6 next, hops");
            Add(parts, frame, ip + 8, packet.TransportOffset, "IPv6 addresses");
        }
    }

    private static void AddTransport(List<(string, string)> parts, ReadOnlySpan<byte> frame, ParsedPacket packet)
    {
        int tcp = packet.TransportOffset;
        Add(parts, frame, tcp, tcp + 4, "TCP ports");
        Add(parts, frame, tcp + 4, tcp + 8, "TCP sequence");
        Add(parts, frame, tcp + 8, tcp + 12, "TCP acknowledgment");
        Add(parts, frame, tcp + 12, tcp + 14, "TCP offset, flags");
        Add(parts, frame, tcp + 14, tcp + 16, "TCP window");
        Add(parts, frame, tcp + 16, tcp + 18, "TCP checksum");
        Add(parts, frame, tcp + 18, tcp + 20, "TCP urgent");
        int end = packet.PayloadOffset;
        for (int at = packet.OptionsOffset; at < end;)
        {
            int length = frame[at] <= 1 ? 1 : at + 1 < end ? Math.Clamp(frame[at + 1], (byte)2, (byte)(end - at)) : 1;
            Add(parts, frame, at, Math.Min(at + length, end), frame[at] == 30 && length > 2 ? $"MPTCP subtype {frame[at + 2] >> 4}" : $"option {frame[at]}");
            at += length;
        }
    }

    private static void Add(List<(string, string)> parts, ReadOnlySpan<byte> frame, int from, int to, string name)
    {
        if (to > from)
        {
            parts.Add((name, Convert.ToHexString(frame[from..Math.Min(to, frame.Length)])));
        }
    }
}
