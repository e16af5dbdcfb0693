namespace Gateway.Mptcp.Options;

/// <summary>The immutable wire bytes of one TCP option, from its kind octet on. Keys in it are never printed.</summary>
public sealed class TcpOption
{
    private readonly byte[] _bytes;

    private TcpOption(byte[] bytes) => _bytes = bytes;

    /// <summary>One byte of padding.</summary>
    public static TcpOption NoOperation { get; } = new([(byte)TcpOptionKind.NoOperation]);

    /// <summary>End of the option list.</summary>
    public static TcpOption EndOfList { get; } = new([(byte)TcpOptionKind.EndOfList]);

    /// <summary>SACK permitted (RFC 2018, section 2).</summary>
    public static TcpOption SackPermitted { get; } = new([(byte)TcpOptionKind.SackPermitted, 2]);

    /// <summary>Its wire bytes.</summary>
    public ReadOnlyMemory<byte> Bytes => _bytes;

    /// <summary>Number of wire bytes.</summary>
    public int Length => _bytes.Length;

    /// <summary>Maximum segment size (RFC 9293, section 3.7.1).</summary>
    /// <param name="bytes">Bytes of payload a segment may carry.</param>
    public static TcpOption MaximumSegmentSize(ushort bytes) =>
        new OptionWriter(TcpOptionKind.MaximumSegmentSize).UInt16(bytes).Finish();

    /// <summary>Window scale (RFC 7323, section 2.2).</summary>
    /// <param name="shift">Bits to shift; above 14 is for hostile packets.</param>
    public static TcpOption WindowScale(byte shift) => new OptionWriter(TcpOptionKind.WindowScale).Octet(shift).Finish();

    /// <summary>Timestamps (RFC 7323, section 3.2).</summary>
    /// <param name="value">TSval.</param>
    /// <param name="echo">TSecr.</param>
    public static TcpOption Timestamps(uint value, uint echo) =>
        new OptionWriter(TcpOptionKind.Timestamps).UInt32(value).UInt32(echo).Finish();

    /// <summary>Selective acknowledgment blocks (RFC 2018, section 3).</summary>
    /// <param name="blocks">Left and right edges, as sequence numbers.</param>
    public static TcpOption Sack(params ReadOnlySpan<(uint Left, uint Right)> blocks)
    {
        OptionWriter writer = new(TcpOptionKind.Sack);
        foreach ((uint left, uint right) in blocks)
        {
            writer.UInt32(left).UInt32(right);
        }

        return writer.Finish();
    }

    /// <summary>Any bytes, well-formed or not.</summary>
    /// <param name="bytes">Written as they are.</param>
    public static TcpOption Raw(params ReadOnlySpan<byte> bytes) => new(bytes.ToArray());

    /// <summary>Kind and length, no contents.</summary>
    public override string ToString() => Length == 0 ? "empty option" : $"option kind {_bytes[0]}, {Length} bytes";
}
