using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;

using Gateway.Mptcp.Options;

namespace Gateway.Mptcp.Crypto;

/// <summary>What both ends derive from one key: SHA-256 in v1 (RFC 8684, section 3.2), SHA-1 in v0 (RFC 6824).</summary>
public static class KeyDerivation
{
    /// <summary>Token: the most significant 32 bits of the digest, as a big-endian number.</summary>
    /// <param name="key">Key of the host the token names the connection at.</param>
    /// <param name="version">Protocol version.</param>
    public static uint Token(MptcpKey key, MptcpVersion version = MptcpVersion.V1)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        _ = Digest(key, version, digest);
        return BinaryPrimitives.ReadUInt32BigEndian(digest);
    }

    /// <summary>Initial data sequence number: the least significant 64 bits of the digest, as a big-endian number.</summary>
    /// <param name="key">Key of the host that sends the data.</param>
    /// <param name="version">Protocol version.</param>
    public static ulong InitialDataSequenceNumber(MptcpKey key, MptcpVersion version = MptcpVersion.V1)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        int length = Digest(key, version, digest);
        return BinaryPrimitives.ReadUInt64BigEndian(digest[(length - 8)..]);
    }

    [SuppressMessage("Security", "CA5350", Justification = "RFC 6824 prescribes SHA-1.")]
    private static int Digest(MptcpKey key, MptcpVersion version, Span<byte> digest)
    {
        Span<byte> wire = stackalloc byte[MptcpKey.Length];
        key.CopyTo(wire);
        return version == MptcpVersion.V0 ? SHA1.HashData(wire, digest) : SHA256.HashData(wire, digest);
    }
}
