using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>
/// Bytes in a pinned array map: the first four are their number (host order), the rest follows, in elements of at most
/// 64 KiB. Frozen once written.
/// </summary>
internal static class BlobMap
{
    private const int Header = sizeof(uint);
    private const int LargestElement = 1 << 16;

    /// <summary>Pins bytes.</summary>
    /// <param name="path">Where.</param>
    /// <param name="name">The map's name.</param>
    /// <param name="content">The bytes.</param>
    /// <param name="more">What follows them.</param>
    internal static void Pin(string path, string name, ReadOnlySpan<byte> content, ReadOnlySpan<byte> more = default)
    {
        int length = content.Length + more.Length;
        int element = (int)Math.Min(((long)Header + length + 7) / 8 * 8, LargestElement);
        int count = (int)(((long)Header + length + element - 1) / element);
        using BpfMap map = BpfMap.Create(BpfMapType.Array, name, sizeof(uint), element, (uint)count);
        byte[] value = new byte[element];
        BitConverter.TryWriteBytes(value, (uint)length);
        int filled = Header;
        for (int i = 0; i < count; i++)
        {
            filled += Move(ref content, value.AsSpan(filled));
            filled += Move(ref more, value.AsSpan(filled));
            value.AsSpan(filled).Clear();
            map.Update(BitConverter.GetBytes(i), value);
            filled = 0;
        }

        map.Freeze();
        map.Pin(path);
    }

    /// <summary>Reads the bytes back.</summary>
    /// <exception cref="InvalidDataException">The map holds something else.</exception>
    internal static byte[] Read(string path)
    {
        using BpfMap map = BpfMap.OpenPinned(path);
        if (map.Type != BpfMapType.Array || map.KeySize != sizeof(uint))
        {
            throw new InvalidDataException($"The pin {path} is no array map.");
        }

        byte[] value = new byte[map.ValueSize];
        byte[]? content = null;
        int filled = 0;
        for (int i = 0; i < map.MaxEntries; i++)
        {
            map.TryLookup(BitConverter.GetBytes(i), value);
            ReadOnlySpan<byte> part = value;
            if (content is null)
            {
                uint length = BitConverter.ToUInt32(value);
                if (length > ((long)map.MaxEntries * map.ValueSize) - Header)
                {
                    throw new InvalidDataException($"The pin {path} says it holds {length} bytes, which is more than it can.");
                }

                content = new byte[length];
                part = part[Header..];
            }

            part = part[..Math.Min(part.Length, content.Length - filled)];
            part.CopyTo(content.AsSpan(filled));
            filled += part.Length;
        }

        return content ?? [];
    }

    /// <summary>Takes from the front as much as there is room for.</summary>
    private static int Move(ref ReadOnlySpan<byte> from, Span<byte> to)
    {
        int count = Math.Min(from.Length, to.Length);
        from[..count].CopyTo(to);
        from = from[count..];
        return count;
    }
}
