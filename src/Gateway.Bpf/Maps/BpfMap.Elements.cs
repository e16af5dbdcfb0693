using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <content>Single elements.</content>
public sealed unsafe partial class BpfMap
{
    /// <summary>Copies a value out of the map.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <typeparam name="TValue">A structure of exactly <see cref="ValueSize"/> bytes.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, or zeros.</param>
    /// <returns>Whether the key is there.</returns>
    /// <exception cref="ArgumentException">A size differs from the map's.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryLookup<TKey, TValue>(in TKey key, out TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        value = default;
        return TryLookup(BytesOf(in key), MemoryMarshal.AsBytes(new Span<TValue>(ref value)));
    }

    /// <summary>Copies a value out of the map.</summary>
    /// <param name="key">Exactly <see cref="KeySize"/> bytes.</param>
    /// <param name="value">Room for exactly <see cref="ValueSize"/> bytes.</param>
    /// <returns>Whether the key is there.</returns>
    /// <exception cref="ArgumentException">A size differs from the map's.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryLookup(ReadOnlySpan<byte> key, Span<byte> value)
    {
        CheckSizes(key.Length, value.Length);
        return Lookup(key, value);
    }

    /// <summary>Copies a value out of the map.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <typeparam name="TValue">A structure of exactly <see cref="ValueSize"/> bytes.</typeparam>
    /// <param name="key">The key.</param>
    /// <returns>The value.</returns>
    /// <exception cref="BpfException">ENOENT when the key is absent, or the kernel refused.</exception>
    public TValue Lookup<TKey, TValue>(in TKey key)
        where TKey : unmanaged
        where TValue : unmanaged =>
        TryLookup(in key, out TValue value) ? value : throw Failure(-(int)Errno.ENOENT, "Looking up a key in");

    /// <summary>Copies the values of all possible CPUs out of a per-CPU map.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <typeparam name="TValue">A structure of exactly <see cref="ValueSize"/> bytes.</typeparam>
    /// <param name="key">The key.</param>
    /// <returns><see cref="PossibleCpus"/> values by CPU number; null when the key is absent.</returns>
    /// <exception cref="ArgumentException">A size differs, or the map is not per-CPU.</exception>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public TValue[]? LookupPerCpu<TKey, TValue>(in TKey key)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        CheckPerCpu(sizeof(TKey), sizeof(TValue));
        byte[] raw = new byte[ValueStride];
        return Lookup(BytesOf(in key), raw) ? SplitCpus<TValue>(raw) : null;
    }

    /// <summary>Writes the values of all possible CPUs of one entry of a per-CPU map.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <typeparam name="TValue">A structure of exactly <see cref="ValueSize"/> bytes.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="values"><see cref="PossibleCpus"/> values by CPU number.</param>
    /// <param name="mode">What to do when the key exists or not.</param>
    /// <exception cref="ArgumentException">A size or the number of values differs, or the map is not per-CPU.</exception>
    /// <exception cref="BpfException">The kernel refused; E2BIG when the map is full.</exception>
    public void UpdatePerCpu<TKey, TValue>(in TKey key, ReadOnlySpan<TValue> values, BpfUpdate mode = BpfUpdate.Any)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        CheckPerCpu(sizeof(TKey), sizeof(TValue));
        if (values.Length != PossibleCpus)
        {
            throw new ArgumentException($"Give one value for each of the {PossibleCpus} possible CPUs, not {values.Length}.", nameof(values));
        }

        byte[] raw = new byte[ValueStride];
        int step = raw.Length / PossibleCpus;
        for (int cpu = 0; cpu < values.Length; cpu++)
        {
            MemoryMarshal.Write(raw.AsSpan(cpu * step), in values[cpu]);
        }

        Write(BytesOf(in key), raw, mode);
    }

    /// <summary>Inserts or replaces a value.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <typeparam name="TValue">A structure of exactly <see cref="ValueSize"/> bytes.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value.</param>
    /// <param name="mode">What to do when the key exists or not.</param>
    /// <exception cref="ArgumentException">A size differs from the map's.</exception>
    /// <exception cref="BpfException">E2BIG or ENOSPC when the map is full, EEXIST, ENOENT, or the kernel refused.</exception>
    public void Update<TKey, TValue>(in TKey key, in TValue value, BpfUpdate mode = BpfUpdate.Any)
        where TKey : unmanaged
        where TValue : unmanaged => Update(BytesOf(in key), BytesOf(in value), mode);

    /// <summary>Inserts or replaces a value.</summary>
    /// <param name="key">Exactly <see cref="KeySize"/> bytes.</param>
    /// <param name="value">Exactly <see cref="ValueSize"/> bytes.</param>
    /// <param name="mode">What to do when the key exists or not.</param>
    /// <exception cref="ArgumentException">A size differs from the map's.</exception>
    /// <exception cref="BpfException">E2BIG or ENOSPC when the map is full, EEXIST, ENOENT, or the kernel refused.</exception>
    public void Update(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, BpfUpdate mode = BpfUpdate.Any)
    {
        CheckSizes(key.Length, value.Length);
        Write(key, value, mode);
    }

    /// <summary>Puts a map into a map of maps; packets in flight finish on the map it replaces.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <param name="key">The slot.</param>
    /// <param name="inner">A map like the template; the outer map keeps it alive from now on.</param>
    /// <exception cref="BpfException">EINVAL when the inner map differs from the template.</exception>
    public void UpdateInner<TKey>(in TKey key, BpfMap inner)
        where TKey : unmanaged => UpdateDescriptor(in key, inner.Handle);

    /// <summary>Puts a program into a program array, for tail calls.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <param name="key">The slot.</param>
    /// <param name="program">A program of the type of those that tail-call through this map.</param>
    /// <exception cref="BpfException">EINVAL when the program's type does not fit.</exception>
    public void UpdateProgram<TKey>(in TKey key, BpfProgram program)
        where TKey : unmanaged => UpdateDescriptor(in key, program.Handle);

    /// <summary>Puts a redirect target into a devmap (struct bpf_devmap_val).</summary>
    /// <param name="key">The slot or key.</param>
    /// <param name="ifindex">The interface to send by.</param>
    /// <param name="egress">A program with attach type <see cref="BpfAttachType.XdpDevmap"/> to run before sending; needs 8-byte values.</param>
    /// <exception cref="ArgumentException">The map's values have no room for a program.</exception>
    /// <exception cref="BpfException">Unknown interface, or a program of another attach type.</exception>
    public void UpdateDevice(uint key, uint ifindex, BpfProgram? egress = null)
    {
        Span<uint> value = [ifindex, egress is null ? uint.MaxValue : (uint)egress.Handle.Number];
        if (egress is not null && ValueSize < 8)
        {
            throw new ArgumentException($"Map '{Name}' holds no egress programs: declare its values as struct bpf_devmap_val.", nameof(egress));
        }

        Update(BytesOf(in key), MemoryMarshal.AsBytes(value)[..Math.Min(ValueSize, 8)]);
        GC.KeepAlive(egress);
    }

    /// <summary>Removes an entry.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <param name="key">The key.</param>
    /// <returns>Whether the key was there.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool Delete<TKey>(in TKey key)
        where TKey : unmanaged => Delete(BytesOf(in key));

    /// <summary>Removes an entry.</summary>
    /// <param name="key">Exactly <see cref="KeySize"/> bytes.</param>
    /// <returns>Whether the key was there.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool Delete(ReadOnlySpan<byte> key)
    {
        CheckSizes(key.Length, ValueSize);
        fixed (byte* k = key)
        {
            return Found(Libbpf.bpf_map_delete_elem(Handle, k), "Deleting from");
        }
    }

    /// <summary>Removes an entry and returns what it held, in one step (hash maps since Linux 5.14).</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <typeparam name="TValue">A structure of exactly <see cref="ValueSize"/> bytes.</typeparam>
    /// <param name="key">The key.</param>
    /// <param name="value">The value, or zeros.</param>
    /// <returns>Whether the key was there.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryLookupAndDelete<TKey, TValue>(in TKey key, out TValue value)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        value = default;
        CheckSizes(sizeof(TKey), sizeof(TValue));
        fixed (TKey* k = &key)
        fixed (TValue* v = &value)
        {
            return Found(Libbpf.bpf_map_lookup_and_delete_elem(Handle, k, v), "Taking from");
        }
    }

    /// <summary>Finds the key after a key, in the map's own order; an absent key restarts from the first.</summary>
    /// <param name="key"><see cref="KeySize"/> bytes, or empty for the first key.</param>
    /// <param name="next">Room for <see cref="KeySize"/> bytes.</param>
    /// <returns>Whether there is another key.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public bool TryNextKey(ReadOnlySpan<byte> key, Span<byte> next)
    {
        CheckSizes(next.Length, ValueSize);
        if (!key.IsEmpty)
        {
            CheckSizes(key.Length, ValueSize);
        }

        fixed (byte* k = key)
        fixed (byte* n = next)
        {
            return Found(Libbpf.bpf_map_get_next_key(Handle, k, n), "Iterating");
        }
    }

    /// <summary>
    /// Walks the keys. The visited key may be deleted meanwhile; when others are, keys may repeat.
    /// </summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <returns>The keys in the map's own order.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public IEnumerable<TKey> Keys<TKey>()
        where TKey : unmanaged
    {
        TKey key = default;
        bool more = NextKey(ref key, first: true);
        while (more)
        {
            TKey current = key;
            more = NextKey(ref key, first: false);
            yield return current;
        }
    }

    private static ReadOnlySpan<byte> BytesOf<T>(in T value)
        where T : unmanaged => MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in value));

    private static TValue[] SplitCpus<TValue>(ReadOnlySpan<byte> raw)
        where TValue : unmanaged
    {
        var values = new TValue[PossibleCpus];
        int step = raw.Length / values.Length;
        for (int cpu = 0; cpu < values.Length; cpu++)
        {
            values[cpu] = MemoryMarshal.Read<TValue>(raw[(cpu * step)..]);
        }

        return values;
    }

    private bool NextKey<TKey>(ref TKey key, bool first)
        where TKey : unmanaged
    {
        TKey previous = key;
        return TryNextKey(first ? [] : BytesOf(in previous), MemoryMarshal.AsBytes(new Span<TKey>(ref key)));
    }

    private bool Lookup(ReadOnlySpan<byte> key, Span<byte> value)
    {
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            return Found(Libbpf.bpf_map_lookup_elem(Handle, k, v), "Looking up a key in");
        }
    }

    private void Write(ReadOnlySpan<byte> key, ReadOnlySpan<byte> value, BpfUpdate mode)
    {
        fixed (byte* k = key)
        fixed (byte* v = value)
        {
            Check(Libbpf.bpf_map_update_elem(Handle, k, v, (ulong)mode), "Updating");
        }
    }

    private void UpdateDescriptor<TKey>(in TKey key, BpfFd descriptor)
        where TKey : unmanaged
    {
        int fd = descriptor.Number;
        Update(BytesOf(in key), BytesOf(in fd));
        GC.KeepAlive(descriptor);
    }

    private bool Found(int result, string operation)
    {
        if (result >= 0)
        {
            return true;
        }

        return result == -(int)Errno.ENOENT ? false : throw Failure(result, operation);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckSizes(int keySize, int valueSize)
    {
        if (keySize != KeySize || valueSize != ValueSize)
        {
            throw new ArgumentException(
                $"Map '{Name}' has {KeySize}-byte keys and {ValueSize}-byte values, not {keySize} and {valueSize}: use structures generated from the same object.");
        }

        if (IsPerCpu && valueSize != ValueStride)
        {
            throw new ArgumentException($"Map '{Name}' has one value per CPU: use the per-CPU operations.");
        }
    }

    private void CheckPerCpu(int keySize, int valueSize)
    {
        if (!IsPerCpu)
        {
            throw new ArgumentException($"Map '{Name}' ({Type}) has no values per CPU: use the plain operations.");
        }

        if (keySize != KeySize || valueSize != ValueSize)
        {
            throw new ArgumentException(
                $"Map '{Name}' has {KeySize}-byte keys and {ValueSize}-byte values, not {keySize} and {valueSize}: use structures generated from the same object.");
        }
    }
}
