using System.Buffers.Binary;
using System.Diagnostics;
using System.Security.Cryptography;

namespace Gateway.Mptcp.Crypto;

/// <summary>
/// A 64-bit MPTCP key (RFC 8684, section 3.1). Who knows both keys of a connection can join and announce in
/// it, so a key is never printed: neither by <see cref="ToString"/> nor by a debugger.
/// </summary>
[DebuggerDisplay("hidden")]
public readonly struct MptcpKey : IEquatable<MptcpKey>
{
    /// <summary>Bytes of a key.</summary>
    public const int Length = 8;

    [DebuggerBrowsable(DebuggerBrowsableState.Never)]
    private readonly ulong _value;

    /// <summary>Takes a key as a big-endian number.</summary>
    /// <param name="value">The key; its most significant octet is first on the wire.</param>
    public MptcpKey(ulong value) => _value = value;

    /// <summary>Takes a key from the wire.</summary>
    /// <param name="wire">Exactly 8 bytes.</param>
    /// <exception cref="ArgumentException">Not 8 bytes.</exception>
    public MptcpKey(ReadOnlySpan<byte> wire)
    {
        if (wire.Length != Length)
        {
            throw new ArgumentException($"An MPTCP key has {Length} bytes: pass exactly those.", nameof(wire));
        }

        _value = BinaryPrimitives.ReadUInt64BigEndian(wire);
    }

    /// <summary>Compares in constant time.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator ==(MptcpKey left, MptcpKey right) => left.Equals(right);

    /// <summary>Compares in constant time.</summary>
    /// <param name="left">One key.</param>
    /// <param name="right">The other.</param>
    public static bool operator !=(MptcpKey left, MptcpKey right) => !left.Equals(right);

    /// <summary>The secret as a big-endian number, for the wire and for digests only.</summary>
    public ulong ToUInt64() => _value;

    /// <summary>Writes the secret in wire order, for the wire and for digests only.</summary>
    /// <param name="destination">At least 8 bytes.</param>
    public void CopyTo(Span<byte> destination) => BinaryPrimitives.WriteUInt64BigEndian(destination, _value);

    /// <inheritdoc/>
    public bool Equals(MptcpKey other)
    {
        Span<byte> left = stackalloc byte[Length], right = stackalloc byte[Length];
        CopyTo(left);
        other.CopyTo(right);
        return CryptographicOperations.FixedTimeEquals(left, right);
    }

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is MptcpKey other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_value);

    /// <summary>Never the value.</summary>
    public override string ToString() => "(hidden key)";
}
