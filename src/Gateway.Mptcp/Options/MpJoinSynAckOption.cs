using System.Buffers.Binary;

namespace Gateway.Mptcp.Options;

/// <summary>MP_JOIN of a SYN/ACK, length 16, read from its bytes (RFC 8684, section 3.2).</summary>
/// <param name="IsBackup">The B flag.</param>
/// <param name="AddressId">Address identifier of the sender's address.</param>
/// <param name="Hmac">Most significant 64 bits of the sender's HMAC.</param>
/// <param name="Nonce">The sender's random number.</param>
public readonly record struct MpJoinSynAckOption(bool IsBackup, byte AddressId, ulong Hmac, uint Nonce)
{
    /// <summary>Bytes of the option.</summary>
    public const int Length = 16;

    /// <summary>Reads an MP_JOIN of a SYN/ACK; false for another option or length.</summary>
    /// <param name="option">The option from its kind octet on, exactly its length.</param>
    /// <param name="join">What it holds.</param>
    public static bool TryRead(ReadOnlySpan<byte> option, out MpJoinSynAckOption join)
    {
        join = default;
        if (!MptcpOptions.Is(option, MptcpSubtype.MpJoin) || option.Length != Length)
        {
            return false;
        }

        join = new MpJoinSynAckOption(
            (option[2] & 1) != 0,
            option[3],
            BinaryPrimitives.ReadUInt64BigEndian(option[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(option[12..]));
        return true;
    }
}
