using System.Numerics;
using System.Runtime.InteropServices;

namespace Gateway.Lab;

/// <summary>Deterministic pseudo-random content in which no two chunks are alike, so that a lost, repeated or swapped one shows in the hash.</summary>
internal sealed class Content
{
    public const int ChunkSize = 64 * 1024;

    private readonly ulong _seed;
    private readonly ulong[] _base = new ulong[ChunkSize / sizeof(ulong)];

    public Content(ulong seed)
    {
        _seed = seed;
        for (int i = 0; i < _base.Length; i++)
        {
            _base[i] = Mix(seed + (ulong)i);
        }
    }

    /// <summary>Writes chunk <paramref name="index"/>.</summary>
    public void Fill(Span<byte> chunk, long index)
    {
        Span<Vector<ulong>> to = MemoryMarshal.Cast<byte, Vector<ulong>>(chunk[..ChunkSize]);
        ReadOnlySpan<Vector<ulong>> from = MemoryMarshal.Cast<ulong, Vector<ulong>>(_base);
        var key = new Vector<ulong>(Mix(~_seed ^ (ulong)index));
        for (int i = 0; i < to.Length; i++)
        {
            to[i] = from[i] ^ key;
        }
    }

    /// <summary>SplitMix64's output function.</summary>
    private static ulong Mix(ulong value)
    {
        value += 0x9e3779b97f4a7c15;
        value = (value ^ (value >> 30)) * 0xbf58476d1ce4e5b9;
        value = (value ^ (value >> 27)) * 0x94d049bb133111eb;
        return value ^ (value >> 31);
    }
}
