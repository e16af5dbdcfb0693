using System.Net;

using Gateway.Mptcp.Crypto;

namespace Gateway.Mptcp.Options;

/// <summary>Writes every MPTCP option of RFC 8684 (v1) and those of RFC 6824 (v0) that differ.</summary>
public static class MptcpOptions
{
    /// <summary>MP_CAPABLE flag C: DSS checksums required.</summary>
    public const byte ChecksumRequired = 0x80;

    /// <summary>MP_CAPABLE flag H: HMAC-SHA256 in v1, HMAC-SHA1 in v0.</summary>
    public const byte HmacAlgorithm = 0x01;

    /// <summary>MP_CAPABLE of a v1 SYN, 4 bytes.</summary>
    /// <param name="flags">Fourth octet.</param>
    public static TcpOption MpCapable(byte flags = HmacAlgorithm) =>
        new OptionWriter(MptcpSubtype.MpCapable, (int)MptcpVersion.V1).Octet(flags).Finish();

    /// <summary>MP_CAPABLE with the sender's key, 12 bytes: a v1 SYN/ACK, a v0 SYN or SYN/ACK.</summary>
    /// <param name="sender">The sender's key.</param>
    /// <param name="version">Protocol version.</param>
    /// <param name="flags">Fourth octet.</param>
    public static TcpOption MpCapable(MptcpKey sender, MptcpVersion version = MptcpVersion.V1, byte flags = HmacAlgorithm) =>
        Capable(version, flags, sender).Finish();

    /// <summary>MP_CAPABLE with both keys: 20 bytes in the third ACK, 22 in v1 first data, 24 with a checksum.</summary>
    /// <param name="sender">The sender's key.</param>
    /// <param name="receiver">The receiver's key.</param>
    /// <param name="dataLength">Data-level length of the first data, null in the third ACK.</param>
    /// <param name="checksum">DSS checksum; needs <paramref name="dataLength"/>.</param>
    /// <param name="version">Protocol version.</param>
    /// <param name="flags">Fourth octet.</param>
    /// <exception cref="ArgumentException">A checksum without a data length.</exception>
    public static TcpOption MpCapable(
        MptcpKey sender,
        MptcpKey receiver,
        ushort? dataLength = null,
        ushort? checksum = null,
        MptcpVersion version = MptcpVersion.V1,
        byte flags = HmacAlgorithm)
    {
        OptionWriter writer = Capable(version, flags, sender).UInt64(receiver.ToUInt64());
        if (dataLength is ushort length)
        {
            writer.UInt16(length);
        }
        else if (checksum is not null)
        {
            throw new ArgumentException("A checksum follows a data length: give both or neither.", nameof(checksum));
        }

        return checksum is ushort sum ? writer.UInt16(sum).Finish() : writer.Finish();
    }

    /// <summary>MP_JOIN of a SYN, 12 bytes.</summary>
    /// <param name="receiverToken">Token of the connection at the receiver.</param>
    /// <param name="nonce">The sender's random number.</param>
    /// <param name="addressId">Address identifier.</param>
    /// <param name="backup">The B flag.</param>
    public static TcpOption MpJoinSyn(uint receiverToken, uint nonce, byte addressId = 0, bool backup = false) =>
        new OptionWriter(MptcpSubtype.MpJoin, backup ? 1 : 0).Octet(addressId).UInt32(receiverToken).UInt32(nonce).Finish();

    /// <summary>MP_JOIN of a SYN/ACK, 16 bytes.</summary>
    /// <param name="hmac">Most significant 64 bits of the sender's HMAC.</param>
    /// <param name="nonce">The sender's random number.</param>
    /// <param name="addressId">Address identifier.</param>
    /// <param name="backup">The B flag.</param>
    public static TcpOption MpJoinSynAck(ulong hmac, uint nonce, byte addressId = 0, bool backup = false) =>
        new OptionWriter(MptcpSubtype.MpJoin, backup ? 1 : 0).Octet(addressId).UInt64(hmac).UInt32(nonce).Finish();

    /// <summary>MP_JOIN of the third ACK, 24 bytes.</summary>
    /// <param name="hmac">Most significant 160 bits of the sender's HMAC, 20 bytes.</param>
    /// <exception cref="ArgumentException">Not 20 bytes.</exception>
    public static TcpOption MpJoinAck(ReadOnlySpan<byte> hmac) => hmac.Length == 20
        ? new OptionWriter(MptcpSubtype.MpJoin, 0).Octet(0).Append(hmac).Finish()
        : throw new ArgumentException("The third ACK of a join carries 20 bytes of HMAC.", nameof(hmac));

    /// <summary>DSS; its flags follow from what is given, but for DATA_FIN.</summary>
    /// <param name="dataAck">Data acknowledgment, null for none.</param>
    /// <param name="dataAck4">Send only its low 32 bits.</param>
    /// <param name="mapping">Data sequence number, subflow sequence number, data-level length; null for none.</param>
    /// <param name="dataSequence4">Send only the low 32 bits of the data sequence number.</param>
    /// <param name="checksum">DSS checksum of a mapping, null when not in use.</param>
    /// <param name="dataFin">The F flag.</param>
    /// <exception cref="ArgumentException">A checksum without a mapping.</exception>
    public static TcpOption Dss(
        ulong? dataAck = null,
        bool dataAck4 = false,
        (ulong DataSequence, uint SubflowSequence, ushort Length)? mapping = null,
        bool dataSequence4 = false,
        ushort? checksum = null,
        bool dataFin = false)
    {
        if (checksum is not null && mapping is null)
        {
            throw new ArgumentException("A DSS checksum belongs to a mapping: give both or neither.", nameof(checksum));
        }

        DssFlags flags = (dataFin ? DssFlags.DataFin : 0)
            | (dataAck is null ? 0 : dataAck4 ? DssFlags.DataAck : DssFlags.DataAck | DssFlags.DataAck8)
            | (mapping is null ? 0 : dataSequence4 ? DssFlags.Mapping : DssFlags.Mapping | DssFlags.DataSequence8);
        OptionWriter writer = new OptionWriter(MptcpSubtype.Dss, 0).Octet((byte)flags);
        if (dataAck is ulong ack)
        {
            _ = dataAck4 ? writer.UInt32((uint)ack) : writer.UInt64(ack);
        }

        if (mapping is (ulong sequence, uint subflow, ushort length))
        {
            _ = dataSequence4 ? writer.UInt32((uint)sequence) : writer.UInt64(sequence);
            writer.UInt32(subflow).UInt16(length);
        }

        return checksum is ushort sum ? writer.UInt16(sum).Finish() : writer.Finish();
    }

    /// <summary>ADD_ADDR of v1 with its HMAC: 16 bytes for IPv4, 28 for IPv6, 2 more with a port.</summary>
    /// <param name="addressId">Address identifier.</param>
    /// <param name="address">The announced address.</param>
    /// <param name="hmac">Least significant 64 bits of the HMAC, <see cref="AddAddrHmac"/>.</param>
    /// <param name="port">The announced port, null when absent.</param>
    public static TcpOption AddAddr(byte addressId, IPAddress address, ulong hmac, ushort? port = null) =>
        Announce(0, addressId, address, port).UInt64(hmac).Finish();

    /// <summary>ADD_ADDR of v1 echoed to its announcer: 8 bytes for IPv4, 20 for IPv6, 2 more with a port.</summary>
    /// <param name="addressId">Address identifier.</param>
    /// <param name="address">The announced address.</param>
    /// <param name="port">The announced port, null when absent.</param>
    public static TcpOption AddAddrEcho(byte addressId, IPAddress address, ushort? port = null) =>
        Announce(AddAddrOption.EchoFlag, addressId, address, port).Finish();

    /// <summary>ADD_ADDR of v0, without HMAC: 8 bytes for IPv4, 20 for IPv6, 2 more with a port.</summary>
    /// <param name="addressId">Address identifier.</param>
    /// <param name="address">The announced address.</param>
    /// <param name="port">The announced port, null when absent.</param>
    public static TcpOption AddAddrV0(byte addressId, IPAddress address, ushort? port = null) =>
        Announce(address.GetAddressBytes().Length == 4 ? 4 : 6, addressId, address, port).Finish();

    /// <summary>REMOVE_ADDR, 3 bytes and one for each address.</summary>
    /// <param name="addressIds">Address identifiers.</param>
    public static TcpOption RemoveAddr(params ReadOnlySpan<byte> addressIds) =>
        new OptionWriter(MptcpSubtype.RemoveAddr, 0).Append(addressIds).Finish();

    /// <summary>MP_PRIO of v1, 3 bytes: about the subflow it travels on.</summary>
    /// <param name="backup">The B flag.</param>
    public static TcpOption MpPrio(bool backup) => new OptionWriter(MptcpSubtype.MpPrio, backup ? 1 : 0).Finish();

    /// <summary>MP_PRIO of v0 with an address identifier, 4 bytes.</summary>
    /// <param name="backup">The B flag.</param>
    /// <param name="addressId">The subflow meant.</param>
    public static TcpOption MpPrioV0(bool backup, byte addressId) =>
        new OptionWriter(MptcpSubtype.MpPrio, backup ? 1 : 0).Octet(addressId).Finish();

    /// <summary>MP_FAIL, 12 bytes.</summary>
    /// <param name="dataSequence">Data sequence number from which the checksum failed.</param>
    public static TcpOption MpFail(ulong dataSequence) =>
        new OptionWriter(MptcpSubtype.MpFail, 0).Octet(0).UInt64(dataSequence).Finish();

    /// <summary>MP_FASTCLOSE, 12 bytes.</summary>
    /// <param name="receiver">The receiver's key.</param>
    public static TcpOption MpFastclose(MptcpKey receiver) =>
        new OptionWriter(MptcpSubtype.MpFastclose, 0).Octet(0).UInt64(receiver.ToUInt64()).Finish();

    /// <summary>MP_TCPRST, 4 bytes.</summary>
    /// <param name="flags">Low nibble of the third octet: 1 = transient.</param>
    /// <param name="reason">Reason code (RFC 8684, section 3.6).</param>
    public static TcpOption MpTcprst(byte flags, byte reason) =>
        new OptionWriter(MptcpSubtype.MpTcprst, flags).Octet(reason).Finish();

    /// <summary>Whether an option is MPTCP with this subtype and its length octet matches the bytes given.</summary>
    internal static bool Is(ReadOnlySpan<byte> option, MptcpSubtype subtype) =>
        option.Length >= 3 && option[0] == (byte)TcpOptionKind.Mptcp && option[1] == option.Length && option[2] >> 4 == (int)subtype;

    private static OptionWriter Capable(MptcpVersion version, byte flags, MptcpKey sender) =>
        new OptionWriter(MptcpSubtype.MpCapable, (int)version).Octet(flags).UInt64(sender.ToUInt64());

    private static OptionWriter Announce(int nibble, byte addressId, IPAddress address, ushort? port)
    {
        OptionWriter writer = new OptionWriter(MptcpSubtype.AddAddr, nibble).Octet(addressId).Append(address.GetAddressBytes());
        return port is ushort number ? writer.UInt16(number) : writer;
    }
}
