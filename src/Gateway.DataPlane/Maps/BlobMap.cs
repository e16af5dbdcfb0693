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

    internal static void Pin(string path, string name, ReadOnlySpan<byte> content)
    {
        byte[] bytes = new byte[Header + content.Length];
        BitConverter.TryWriteBytes(bytes, (uint)content.Length);
        content.CopyTo(bytes.AsSpan(Header));
        int element = Math.Min((bytes.Length + 7) / 8 * 8, LargestElement);
        int count = (bytes.Length + element - 1) / element;
        using BpfMap map = BpfMap.Create(BpfMapType.Array, name, sizeof(uint), element, (uint)count);
        byte[] value = new byte[element];
        for (int i = 0; i < count; i++)
        {
            ReadOnlySpan<byte> part = bytes.AsSpan(i * element, Math.Min(element, bytes.Length - (i * element)));
            Array.Clear(value);
            part.CopyTo(value);
            map.Update(BitConverter.GetBytes(i), value);
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
}
