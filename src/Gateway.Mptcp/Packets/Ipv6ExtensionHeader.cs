using System.Buffers.Binary;

namespace Gateway.Mptcp.Packets;

/// <summary>One IPv6 extension header to build (RFC 8200, section 4; RFC 4302), its next-header octet filled in later.</summary>
public sealed class Ipv6ExtensionHeader
{
    private readonly byte[] _bytes;

    private Ipv6ExtensionHeader(IpProtocol protocol, byte[] bytes)
    {
        Protocol = protocol;
        _bytes = bytes;
    }

    /// <summary>Its number in the header before it.</summary>
    public IpProtocol Protocol { get; }

    /// <summary>Number of wire bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>Hop-by-hop options, all PadN.</summary>
    /// <param name="units">Length in 8-octet units, 1..32.</param>
    public static Ipv6ExtensionHeader HopByHop(int units = 1) => Options(IpProtocol.HopByHop, units);

    /// <summary>Destination options, all PadN.</summary>
    /// <param name="units">Length in 8-octet units, 1..32.</param>
    public static Ipv6ExtensionHeader DestinationOptions(int units = 1) => Options(IpProtocol.DestinationOptions, units);

    /// <summary>A routing header of type 2 with room for addresses of zeros.</summary>
    /// <param name="segmentsLeft">Segments left; with any, the pseudo-header's destination is not the IP header's.</param>
    /// <param name="units">Length in 8-octet units, 1..32.</param>
    public static Ipv6ExtensionHeader Routing(byte segmentsLeft = 0, int units = 3)
    {
        byte[] bytes = Sized(units);
        bytes[2] = 2;
        bytes[3] = segmentsLeft;
        return new Ipv6ExtensionHeader(IpProtocol.Routing, bytes);
    }

    /// <summary>A fragment header.</summary>
    /// <param name="offset">Fragment offset in 8-octet units.</param>
    /// <param name="more">The M flag.</param>
    /// <param name="identification">Identification.</param>
    public static Ipv6ExtensionHeader Fragment(int offset, bool more, uint identification)
    {
        byte[] bytes = new byte[8];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(2), (ushort)((offset << 3) | (more ? 1 : 0)));
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(4), identification);
        return new Ipv6ExtensionHeader(IpProtocol.Fragment, bytes);
    }

    /// <summary>An authentication header with an integrity check value of zeros.</summary>
    /// <param name="words">Length in 4-octet words, 2..257; 6 holds a 96-bit value.</param>
    public static Ipv6ExtensionHeader Authentication(int words = 6)
    {
        byte[] bytes = new byte[words * 4];
        bytes[1] = checked((byte)(words - 2));
        return new Ipv6ExtensionHeader(IpProtocol.Authentication, bytes);
    }

    /// <summary>Any bytes under any number, well-formed or not.</summary>
    /// <param name="protocol">Its number in the header before it.</param>
    /// <param name="bytes">At least the next-header octet, which is overwritten.</param>
    public static Ipv6ExtensionHeader Raw(IpProtocol protocol, ReadOnlySpan<byte> bytes) => new(protocol, bytes.ToArray());

    internal void Write(Span<byte> destination, IpProtocol next)
    {
        _bytes.CopyTo(destination);
        destination[0] = (byte)next;
    }

    private static Ipv6ExtensionHeader Options(IpProtocol protocol, int units)
    {
        byte[] bytes = Sized(units);
        int at = 2;
        while (at < bytes.Length)
        {
            int data = Math.Min(bytes.Length - at - 2, 255);
            bytes[at] = 1;
            bytes[at + 1] = (byte)data;
            at += 2 + data;
        }

        return new Ipv6ExtensionHeader(protocol, bytes);
    }

    private static byte[] Sized(int units)
    {
        byte[] bytes = new byte[units * 8];
        bytes[1] = checked((byte)(units - 1));
        return bytes;
    }
}
