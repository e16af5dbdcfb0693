using System.Net;

using Gateway.Mptcp.Options;

namespace Gateway.Mptcp.Packets;

/// <summary>
/// Builds Ethernet frames: tags, IPv4 or IPv6, TCP or UDP or any bytes above. What is not said is right
/// (lengths, header checksums, padding of options); each of it can be overridden to build hostile frames.
/// </summary>
public sealed partial class PacketBuilder
{
    private const int MaxOptions = 40;

    private readonly List<(EtherType Type, ushort Control)> _tags = [];
    private readonly List<Ipv6ExtensionHeader> _extensions = [];
    private readonly List<TcpOption> _options = [];

    private byte[] _destinationMac = [0x02, 0, 0, 0, 0, 0x02];
    private byte[] _sourceMac = [0x02, 0, 0, 0, 0, 0x01];
    private EtherType? _etherType;
    private IPAddress _source = new([192, 0, 2, 1]);
    private IPAddress _destination = new([192, 0, 2, 2]);
    private byte[] _ipv4Options = [];
    private byte _hopLimit = 64;
    private byte _trafficClass;
    private ushort _identification;
    private ushort _fragmentField = 0x4000;
    private byte? _versionAndHeaderLength;
    private ushort? _ipLength;
    private ushort? _ipChecksum;
    private IpProtocol _protocol = IpProtocol.Tcp;
    private bool _hasTransportHeader = true;
    private ushort _sourcePort = 40000;
    private ushort _destinationPort = 5001;
    private uint _sequence = 1;
    private uint _acknowledgment;
    private TcpFlags _flags = TcpFlags.Ack;
    private ushort _window = 65535;
    private ushort _urgent;
    private int? _dataOffset;
    private byte[] _payload = [];
    private bool _partialChecksum;
    private ushort? _checksum;
    private int _padding;
    private int? _truncation;

    /// <summary>A pure ACK over IPv4 between two documentation addresses, port 40000 to 5001.</summary>
    public static PacketBuilder Create() => new();

    /// <summary>Sets the MAC addresses.</summary>
    /// <param name="destination">6 bytes.</param>
    /// <param name="source">6 bytes.</param>
    /// <exception cref="ArgumentException">Not 6 bytes.</exception>
    public PacketBuilder Ethernet(ReadOnlySpan<byte> destination, ReadOnlySpan<byte> source)
    {
        if (destination.Length != 6 || source.Length != 6)
        {
            throw new ArgumentException("A MAC address has 6 bytes: pass exactly those.", nameof(destination));
        }

        _destinationMac = destination.ToArray();
        _sourceMac = source.ToArray();
        return this;
    }

    /// <summary>Adds a VLAN tag inside those already added.</summary>
    /// <param name="id">VLAN identifier, 0..4095.</param>
    /// <param name="type">802.1Q or 802.1ad.</param>
    /// <param name="priority">Priority code point, 0..7.</param>
    public PacketBuilder Vlan(ushort id, EtherType type = EtherType.Vlan, int priority = 0)
    {
        _tags.Add((type, (ushort)((priority << 13) | (id & 0xfff))));
        return this;
    }

    /// <summary>Says another protocol in the innermost Ethernet type than the IP version used.</summary>
    /// <param name="type">Ethernet type.</param>
    public PacketBuilder WithEtherType(EtherType type)
    {
        _etherType = type;
        return this;
    }

    /// <summary>Sets the addresses and thereby the IP version.</summary>
    /// <param name="source">Source address.</param>
    /// <param name="destination">Destination address.</param>
    /// <exception cref="ArgumentException">The addresses are of two families.</exception>
    public PacketBuilder Between(IPAddress source, IPAddress destination)
    {
        if (source.AddressFamily != destination.AddressFamily)
        {
            throw new ArgumentException("Source and destination are of two IP versions: give two of one.", nameof(destination));
        }

        _source = source;
        _destination = destination;
        return this;
    }

    /// <summary>Sets the addresses and thereby the IP version.</summary>
    /// <param name="source">Source address, as text.</param>
    /// <param name="destination">Destination address, as text.</param>
    /// <exception cref="FormatException">Not an address.</exception>
    public PacketBuilder Between(string source, string destination) =>
        Between(IPAddress.Parse(source), IPAddress.Parse(destination));

    /// <summary>Adds IPv4 options, padded with zeros to 4 bytes.</summary>
    /// <param name="options">Up to 40 bytes, well-formed or not.</param>
    /// <exception cref="ArgumentException">More than 40 bytes.</exception>
    public PacketBuilder WithIpv4Options(params ReadOnlySpan<byte> options)
    {
        if (options.Length > MaxOptions)
        {
            throw new ArgumentException("An IPv4 header has room for 40 bytes of options.", nameof(options));
        }

        _ipv4Options = new byte[Align(options.Length)];
        options.CopyTo(_ipv4Options);
        return this;
    }

    /// <summary>Adds IPv6 extension headers, in order.</summary>
    /// <param name="headers">Headers; without effect on IPv4.</param>
    public PacketBuilder WithExtensions(params ReadOnlySpan<Ipv6ExtensionHeader> headers)
    {
        _extensions.AddRange(headers);
        return this;
    }

    /// <summary>Sets TTL or hop limit.</summary>
    /// <param name="hops">Hops left.</param>
    public PacketBuilder WithHopLimit(byte hops)
    {
        _hopLimit = hops;
        return this;
    }

    /// <summary>Sets TOS or traffic class.</summary>
    /// <param name="value">DSCP and ECN.</param>
    public PacketBuilder WithTrafficClass(byte value)
    {
        _trafficClass = value;
        return this;
    }

    /// <summary>Makes an IPv4 fragment; for IPv6 add a fragment header instead.</summary>
    /// <param name="offset">Fragment offset in 8-octet units.</param>
    /// <param name="more">The MF flag.</param>
    /// <param name="identification">Identification.</param>
    public PacketBuilder WithIpv4Fragment(int offset, bool more, ushort identification = 1)
    {
        _fragmentField = (ushort)((more ? 0x2000 : 0) | (offset & 0x1fff));
        _identification = identification;
        return this;
    }

    /// <summary>Overrides the first octet of the IP header.</summary>
    /// <param name="value">Version and, for IPv4, header length in words.</param>
    public PacketBuilder WithIpVersionOctet(byte value)
    {
        _versionAndHeaderLength = value;
        return this;
    }

    /// <summary>Overrides the IPv4 total length or IPv6 payload length.</summary>
    /// <param name="bytes">The field.</param>
    public PacketBuilder WithIpLength(ushort bytes)
    {
        _ipLength = bytes;
        return this;
    }

    /// <summary>Overrides the IPv4 header checksum.</summary>
    /// <param name="value">The field.</param>
    public PacketBuilder WithIpv4Checksum(ushort value)
    {
        _ipChecksum = value;
        return this;
    }

    /// <summary>Puts TCP above IP, the default.</summary>
    /// <param name="sourcePort">Source port.</param>
    /// <param name="destinationPort">Destination port.</param>
    /// <param name="flags">Flags.</param>
    public PacketBuilder Tcp(ushort sourcePort, ushort destinationPort, TcpFlags flags = TcpFlags.Ack)
    {
        _sourcePort = sourcePort;
        _destinationPort = destinationPort;
        _flags = flags;
        return Above(IpProtocol.Tcp, hasHeader: true);
    }

    /// <summary>Puts UDP above IP.</summary>
    /// <param name="sourcePort">Source port.</param>
    /// <param name="destinationPort">Destination port.</param>
    public PacketBuilder Udp(ushort sourcePort, ushort destinationPort)
    {
        _sourcePort = sourcePort;
        _destinationPort = destinationPort;
        return Above(IpProtocol.Udp, hasHeader: true);
    }

    /// <summary>Puts only the payload above IP, as in a fragment that is not the first.</summary>
    /// <param name="protocol">What the IP header says it is.</param>
    public PacketBuilder OnlyPayload(IpProtocol protocol) => Above(protocol, hasHeader: false);

    /// <summary>Sets the TCP flags.</summary>
    /// <param name="flags">Flags.</param>
    public PacketBuilder WithFlags(TcpFlags flags)
    {
        _flags = flags;
        return this;
    }

    /// <summary>Sets the sequence number.</summary>
    /// <param name="value">The field.</param>
    public PacketBuilder WithSequence(uint value)
    {
        _sequence = value;
        return this;
    }

    /// <summary>Sets the acknowledgment number.</summary>
    /// <param name="value">The field.</param>
    public PacketBuilder WithAcknowledgment(uint value)
    {
        _acknowledgment = value;
        return this;
    }

    /// <summary>Sets the window.</summary>
    /// <param name="value">The field, unscaled.</param>
    public PacketBuilder WithWindow(ushort value)
    {
        _window = value;
        return this;
    }

    /// <summary>Sets the urgent pointer.</summary>
    /// <param name="value">The field.</param>
    public PacketBuilder WithUrgentPointer(ushort value)
    {
        _urgent = value;
        return this;
    }

    /// <summary>Adds TCP options in order; the list is padded with EOL to 4 bytes.</summary>
    /// <param name="options">Options, 40 bytes together.</param>
    public PacketBuilder WithOptions(params ReadOnlySpan<TcpOption> options)
    {
        _options.AddRange(options);
        return this;
    }

    /// <summary>Overrides the TCP data offset.</summary>
    /// <param name="words">The field, 0..15.</param>
    public PacketBuilder WithDataOffset(int words)
    {
        _dataOffset = words;
        return this;
    }

    /// <summary>Sets the payload.</summary>
    /// <param name="bytes">Bytes above the transport header.</param>
    public PacketBuilder WithPayload(params ReadOnlySpan<byte> bytes)
    {
        _payload = bytes.ToArray();
        return this;
    }

    /// <summary>Leaves the folded pseudo-header sum in the checksum field, as a CHECKSUM_PARTIAL sender does.</summary>
    public PacketBuilder WithPartialChecksum()
    {
        _partialChecksum = true;
        return this;
    }

    /// <summary>Overrides the TCP or UDP checksum.</summary>
    /// <param name="value">The field.</param>
    public PacketBuilder WithChecksum(ushort value)
    {
        _checksum = value;
        return this;
    }

    /// <summary>Adds bytes of 0xa5 after the IP packet, as link padding does; not zero, so that reading them shows.</summary>
    /// <param name="bytes">Number of bytes.</param>
    public PacketBuilder WithTrailingPadding(int bytes)
    {
        _padding = bytes;
        return this;
    }

    /// <summary>Cuts the built frame off, leaving all length fields as they were.</summary>
    /// <param name="length">Bytes to keep at most.</param>
    public PacketBuilder TruncatedTo(int length)
    {
        _truncation = length;
        return this;
    }

    private PacketBuilder Above(IpProtocol protocol, bool hasHeader)
    {
        _protocol = protocol;
        _hasTransportHeader = hasHeader;
        return this;
    }
}
