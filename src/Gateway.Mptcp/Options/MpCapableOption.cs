using System.Buffers.Binary;

using Gateway.Mptcp.Crypto;

namespace Gateway.Mptcp.Options;

/// <summary>MP_CAPABLE, read from its bytes (RFC 8684 and RFC 6824, section 3.1). Its keys print as hidden.</summary>
/// <param name="Version">Protocol version.</param>
/// <param name="Flags">Fourth octet: 0x80 checksum required, 0x20 no joins to this address (v1), 0x01 HMAC algorithm.</param>
/// <param name="SenderKey">The sender's key, null in a v1 SYN.</param>
/// <param name="ReceiverKey">The receiver's key, only in the third ACK and first data.</param>
/// <param name="DataLength">Data-level length in the first data packet (v1), null elsewhere.</param>
/// <param name="Checksum">DSS checksum in the first data packet, null when not in use.</param>
public readonly record struct MpCapableOption(
    MptcpVersion Version, byte Flags, MptcpKey? SenderKey, MptcpKey? ReceiverKey, ushort? DataLength, ushort? Checksum)
{
    /// <summary>Reads an MP_CAPABLE; false for another option, a version above 1 or a length that is not 4, 12, 20, 22 or 24.</summary>
    /// <param name="option">The option from its kind octet on, exactly its length.</param>
    /// <param name="capable">What it holds.</param>
    public static bool TryRead(ReadOnlySpan<byte> option, out MpCapableOption capable)
    {
        capable = default;
        if (!MptcpOptions.Is(option, MptcpSubtype.MpCapable) || option.Length is not (4 or 12 or 20 or 22 or 24) || (option[2] & 0xf) > 1)
        {
            return false;
        }

        capable = new MpCapableOption(
            (MptcpVersion)(option[2] & 0xf),
            option[3],
            option.Length >= 12 ? new MptcpKey(option.Slice(4, MptcpKey.Length)) : null,
            option.Length >= 20 ? new MptcpKey(option.Slice(12, MptcpKey.Length)) : null,
            option.Length >= 22 ? BinaryPrimitives.ReadUInt16BigEndian(option[20..]) : null,
            option.Length == 24 ? BinaryPrimitives.ReadUInt16BigEndian(option[22..]) : null);
        return true;
    }
}
