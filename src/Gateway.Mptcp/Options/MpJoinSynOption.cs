using System.Buffers.Binary;

namespace Gateway.Mptcp.Options;

/// <summary>MP_JOIN of a SYN, length 12, read from its bytes (RFC 8684, section 3.2).</summary>
/// <param name="IsBackup">The B flag.</param>
/// <param name="AddressId">Address identifier of the sender's address.</param>
/// <param name="ReceiverToken">Token of the connection at the receiver.</param>
/// <param name="Nonce">The sender's random number.</param>
public readonly record struct MpJoinSynOption(bool IsBackup, byte AddressId, uint ReceiverToken, uint Nonce)
{
    /// <summary>Bytes of the option.</summary>
    public const int Length = 12;

    /// <summary>Reads an MP_JOIN of a SYN; false for another option or length.</summary>
    /// <param name="option">The option from its kind octet on, exactly its length.</param>
    /// <param name="join">What it holds.</param>
    public static bool TryRead(ReadOnlySpan<byte> option, out MpJoinSynOption join)
    {
        join = default;
        if (!MptcpOptions.Is(option, MptcpSubtype.MpJoin) || option.Length != Length)
        {
            return false;
        }

        join = new MpJoinSynOption(
            (option[2] & 1) != 0,
            option[3],
            BinaryPrimitives.ReadUInt32BigEndian(option[4..]),
            BinaryPrimitives.ReadUInt32BigEndian(option[8..]));
        return true;
    }
}
