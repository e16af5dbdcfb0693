using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography;

namespace Gateway.Mptcp.Crypto;

/// <summary>HMAC of ADD_ADDR (RFC 8684, section 3.4.1).</summary>
public static class AddAddrHmac
{
    /// <summary>
    /// The least significant 64 bits of HMAC-SHA256 with key = announcer's key || receiver's key and
    /// message = address identifier || address || port, as a big-endian number.
    /// </summary>
    /// <param name="announcer">Key of the host that announces.</param>
    /// <param name="receiver">Key of the host that is told.</param>
    /// <param name="addressId">Address identifier.</param>
    /// <param name="address">The announced address.</param>
    /// <param name="port">The announced port, 0 when the option has none.</param>
    public static ulong Compute(MptcpKey announcer, MptcpKey receiver, byte addressId, IPAddress address, ushort port = 0)
    {
        Span<byte> keys = stackalloc byte[2 * MptcpKey.Length], message = stackalloc byte[19], digest = stackalloc byte[32];
        announcer.CopyTo(keys);
        receiver.CopyTo(keys[MptcpKey.Length..]);
        message[0] = addressId;
        _ = address.TryWriteBytes(message[1..], out int length);
        BinaryPrimitives.WriteUInt16BigEndian(message[(1 + length)..], port);
        HMACSHA256.HashData(keys, message[..(3 + length)], digest);
        return BinaryPrimitives.ReadUInt64BigEndian(digest[^8..]);
    }
}
