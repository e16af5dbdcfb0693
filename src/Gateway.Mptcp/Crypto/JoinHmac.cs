using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

using Gateway.Mptcp.Options;

namespace Gateway.Mptcp.Crypto;

/// <summary>
/// HMACs of MP_JOIN (RFC 8684, section 3.2; RFC 6824 with SHA-1): key = sender's key || receiver's key,
/// message = sender's nonce || receiver's nonce, sender being the host that sends the HMAC.
/// </summary>
public static class JoinHmac
{
    /// <summary>Bytes of HMAC in the third ACK.</summary>
    public const int AckLength = 20;

    /// <summary>Most significant 64 bits, as a SYN/ACK carries them.</summary>
    /// <param name="sender">Key of the SYN/ACK's sender.</param>
    /// <param name="receiver">Key of its receiver.</param>
    /// <param name="senderNonce">Nonce of the SYN/ACK's sender.</param>
    /// <param name="receiverNonce">Nonce of its receiver.</param>
    /// <param name="version">Protocol version.</param>
    public static ulong ForSynAck(
        MptcpKey sender, MptcpKey receiver, uint senderNonce, uint receiverNonce, MptcpVersion version = MptcpVersion.V1) =>
        BinaryPrimitives.ReadUInt64BigEndian(Compute(sender, receiver, senderNonce, receiverNonce, version));

    /// <summary>Most significant 160 bits, as the third ACK carries them.</summary>
    /// <param name="sender">Key of the ACK's sender.</param>
    /// <param name="receiver">Key of its receiver.</param>
    /// <param name="senderNonce">Nonce of the ACK's sender.</param>
    /// <param name="receiverNonce">Nonce of its receiver.</param>
    /// <param name="version">Protocol version.</param>
    public static byte[] ForAck(
        MptcpKey sender, MptcpKey receiver, uint senderNonce, uint receiverNonce, MptcpVersion version = MptcpVersion.V1) =>
        Compute(sender, receiver, senderNonce, receiverNonce, version)[..AckLength];

    /// <summary>The whole HMAC: 32 bytes in v1, 20 in v0.</summary>
    [SuppressMessage("Security", "CA5350", Justification = "RFC 6824 prescribes HMAC-SHA1.")]
    internal static byte[] Compute(MptcpKey sender, MptcpKey receiver, uint senderNonce, uint receiverNonce, MptcpVersion version)
    {
        Span<byte> keys = stackalloc byte[2 * MptcpKey.Length], nonces = stackalloc byte[8];
        sender.CopyTo(keys);
        receiver.CopyTo(keys[MptcpKey.Length..]);
        BinaryPrimitives.WriteUInt32BigEndian(nonces, senderNonce);
        BinaryPrimitives.WriteUInt32BigEndian(nonces[4..], receiverNonce);
        return version == MptcpVersion.V0 ? HMACSHA1.HashData(keys, nonces) : HMACSHA256.HashData(keys, nonces);
    }
}
