using System.Buffers.Binary;

using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;

namespace Gateway.Mptcp.Packets;

/// <content>Lays the headers out.</content>
public sealed partial class PacketBuilder
{
    /// <summary>Builds the frame; can be called again after changes.</summary>
    /// <exception cref="InvalidOperationException">More than 40 bytes of TCP options, or an IP packet above 65 535 bytes.</exception>
    public byte[] Build()
    {
        byte[] segment = BuildTransport();
        byte[] network = BuildNetwork(segment.Length);
        int l3 = 14 + (4 * _tags.Count);
        byte[] frame = new byte[l3 + network.Length + segment.Length + _padding];
        WriteLink(frame);
        network.CopyTo(frame, l3);
        segment.CopyTo(frame, l3 + network.Length);
        frame.AsSpan(frame.Length - _padding).Fill(0xa5);
        return _truncation is int length && length < frame.Length ? frame[..length] : frame;
    }

    private static int Align(int length) => (length + 3) & ~3;

    private bool IsIpv4 => _source.AddressFamily == System.Net.Sockets.AddressFamily.InterNetwork;

    private void WriteLink(Span<byte> frame)
    {
        _destinationMac.CopyTo(frame);
        _sourceMac.CopyTo(frame[6..]);
        frame = frame[12..];
        foreach ((EtherType type, ushort control) in _tags)
        {
            BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)type);
            BinaryPrimitives.WriteUInt16BigEndian(frame[2..], control);
            frame = frame[4..];
        }

        BinaryPrimitives.WriteUInt16BigEndian(frame, (ushort)(_etherType ?? (IsIpv4 ? EtherType.Ipv4 : EtherType.Ipv6)));
    }

    private byte[] BuildNetwork(int payload) => IsIpv4 ? BuildIpv4(payload) : BuildIpv6(payload);

    private byte[] BuildIpv4(int payload)
    {
        byte[] ip = new byte[IpHeader.Ipv4Length + _ipv4Options.Length];
        ip[0] = _versionAndHeaderLength ?? (byte)(0x40 | (ip.Length / 4));
        ip[1] = _trafficClass;
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(IpHeader.Ipv4TotalLength), LengthField(ip.Length + payload));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(4), _identification);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(6), _fragmentField);
        ip[8] = _hopLimit;
        ip[9] = (byte)_protocol;
        _source.GetAddressBytes().CopyTo(ip, 12);
        _destination.GetAddressBytes().CopyTo(ip, 16);
        _ipv4Options.CopyTo(ip, IpHeader.Ipv4Length);
        ushort checksum = _ipChecksum ?? InternetChecksum.Finish(InternetChecksum.Sum(ip));
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(IpHeader.Ipv4Checksum), checksum);
        return ip;
    }

    private byte[] BuildIpv6(int payload)
    {
        int extensions = _extensions.Sum(header => header.Length);
        byte[] ip = new byte[IpHeader.Ipv6Length + extensions];
        ip[0] = _versionAndHeaderLength ?? (byte)(0x60 | (_trafficClass >> 4));
        ip[1] = (byte)(_trafficClass << 4);
        BinaryPrimitives.WriteUInt16BigEndian(ip.AsSpan(IpHeader.Ipv6PayloadLength), LengthField(extensions + payload));
        ip[6] = (byte)(_extensions.Count == 0 ? _protocol : _extensions[0].Protocol);
        ip[7] = _hopLimit;
        _source.GetAddressBytes().CopyTo(ip, 8);
        _destination.GetAddressBytes().CopyTo(ip, 24);
        int offset = IpHeader.Ipv6Length;
        for (int i = 0; i < _extensions.Count; i++)
        {
            _extensions[i].Write(ip.AsSpan(offset), i + 1 < _extensions.Count ? _extensions[i + 1].Protocol : _protocol);
            offset += _extensions[i].Length;
        }

        return ip;
    }

    private ushort LengthField(int bytes) => _ipLength ?? (bytes <= ushort.MaxValue
        ? (ushort)bytes
        : throw new InvalidOperationException("An IP packet holds at most 65535 bytes: shorten the payload."));

    private byte[] BuildTransport()
    {
        if (!_hasTransportHeader)
        {
            return _payload;
        }

        byte[] segment = _protocol == IpProtocol.Udp ? BuildUdp() : BuildTcp();
        Span<byte> field = segment.AsSpan(_protocol == IpProtocol.Udp ? 6 : TcpHeader.Checksum);
        ulong pseudo = PseudoHeader.Sum(_source, _destination, _protocol, segment.Length);
        ushort whole = InternetChecksum.Finish(InternetChecksum.Sum(segment, pseudo));
        if (_protocol == IpProtocol.Udp && whole == 0)
        {
            // RFC 768: zero says that there is no checksum.
            whole = 0xffff;
        }

        ushort checksum = _checksum ?? (_partialChecksum ? InternetChecksum.Fold(pseudo) : whole);
        BinaryPrimitives.WriteUInt16BigEndian(field, checksum);
        return segment;
    }

    private byte[] BuildUdp()
    {
        byte[] datagram = new byte[8 + _payload.Length];
        WritePorts(datagram);
        BinaryPrimitives.WriteUInt16BigEndian(datagram.AsSpan(4), (ushort)datagram.Length);
        _payload.CopyTo(datagram, 8);
        return datagram;
    }

    private byte[] BuildTcp()
    {
        int used = _options.Sum(option => option.Length);
        if (used > MaxOptions)
        {
            throw new InvalidOperationException($"{used} bytes of TCP options do not fit the {MaxOptions} a header has: leave some out.");
        }

        int header = TcpHeader.Length + Align(used);
        byte[] segment = new byte[header + _payload.Length];
        WritePorts(segment);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(4), _sequence);
        BinaryPrimitives.WriteUInt32BigEndian(segment.AsSpan(8), _acknowledgment);
        segment[TcpHeader.DataOffset] = (byte)((_dataOffset ?? (header / 4)) << 4);
        segment[13] = (byte)_flags;
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(TcpHeader.Window), _window);
        BinaryPrimitives.WriteUInt16BigEndian(segment.AsSpan(18), _urgent);
        int offset = TcpHeader.Length;
        foreach (TcpOption option in _options)
        {
            option.Bytes.Span.CopyTo(segment.AsSpan(offset));
            offset += option.Length;
        }

        _payload.CopyTo(segment, header);
        return segment;
    }

    private void WritePorts(Span<byte> header)
    {
        BinaryPrimitives.WriteUInt16BigEndian(header, _sourcePort);
        BinaryPrimitives.WriteUInt16BigEndian(header[2..], _destinationPort);
    }
}
