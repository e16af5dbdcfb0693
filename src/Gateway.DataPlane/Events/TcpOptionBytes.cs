using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>
/// The TCP options of a packet, at most 40 bytes, held in place. They may carry MPTCP keys (RFC 8684 section 3.1), which
/// are secret: the content is never printed.
/// </summary>
public readonly struct TcpOptionBytes : IEquatable<TcpOptionBytes>
{
    private readonly Storage _bytes;

    /// <summary>Copies options.</summary>
    /// <param name="bytes">As in the packet; what exceeds 40 bytes is left out.</param>
    public TcpOptionBytes(ReadOnlySpan<byte> bytes)
    {
        Length = Math.Min(bytes.Length, Limits.OptionSpace);
        bytes[..Length].CopyTo(_bytes);
    }

    /// <summary>Number of bytes.</summary>
    public int Length { get; }

    /// <summary>The bytes as in the packet (network byte order).</summary>
    [UnscopedRef]
    public ReadOnlySpan<byte> Bytes => ((ReadOnlySpan<byte>)_bytes)[..Length];

    /// <summary>Whether the bytes are equal.</summary>
    public static bool operator ==(TcpOptionBytes left, TcpOptionBytes right) => left.Equals(right);

    /// <summary>Whether the bytes differ.</summary>
    public static bool operator !=(TcpOptionBytes left, TcpOptionBytes right) => !left.Equals(right);

    /// <inheritdoc/>
    public bool Equals(TcpOptionBytes other) => Bytes.SequenceEqual(other.Bytes);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is TcpOptionBytes other && Equals(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = default(HashCode);
        hash.AddBytes(Bytes);
        return hash.ToHashCode();
    }

    /// <summary>The length only.</summary>
    public override string ToString() => $"{Length} bytes";

    [InlineArray(Limits.OptionSpace)]
    private struct Storage
    {
        private byte _element;
    }
}
