namespace Gateway.DataPlane;

/// <summary>What a duplicate of an end's last acknowledgment is made of (RFC 9293 section 3.1, RFC 7323 section 3.2).</summary>
/// <param name="Sequence">Sequence number after the end's last packet.</param>
/// <param name="Acknowledgment">Its acknowledgment number.</param>
/// <param name="Window">Its window field, unscaled.</param>
/// <param name="Timestamps">TSval and TSecr; null without the option.</param>
/// <param name="Macs">Destination and source of the Ethernet frame that opened this direction; null when it was not seen.</param>
public sealed record FlowLastPacket(
    uint Sequence, uint Acknowledgment, ushort Window, (uint Value, uint Echo)? Timestamps, ReadOnlyMemory<byte>? Macs);
