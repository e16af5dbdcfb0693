using System.Runtime.InteropServices;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <content>Many elements at once.</content>
public sealed unsafe partial class BpfMap
{
    private const int BatchSize = 4096;

    /// <summary>Inserts or replaces many values with as few system calls as the kernel allows.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <typeparam name="TValue">A structure of exactly <see cref="ValueSize"/> bytes.</typeparam>
    /// <param name="keys">The keys.</param>
    /// <param name="values">As many values.</param>
    /// <param name="mode">What to do when a key exists or not.</param>
    /// <exception cref="ArgumentException">The lengths or a size differ.</exception>
    /// <exception cref="BpfException">
    /// E2BIG or ENOSPC when the map is full, EEXIST, ENOENT; <see cref="BpfException.Completed"/> entries were written.
    /// </exception>
    public void UpdateBatch<TKey, TValue>(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values, BpfUpdate mode = BpfUpdate.Any)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        CheckSizes(sizeof(TKey), sizeof(TValue));
        if (keys.Length != values.Length)
        {
            throw new ArgumentException($"{keys.Length} keys but {values.Length} values: give as many of both.", nameof(values));
        }

        if (keys.IsEmpty)
        {
            return;
        }

        uint count = (uint)keys.Length;
        int error;
        fixed (TKey* k = keys)
        fixed (TValue* v = values)
        {
            var options = new BpfMapBatchOpts { Size = (nuint)sizeof(BpfMapBatchOpts), ElementFlags = (ulong)mode };
            error = Libbpf.bpf_map_update_batch(Handle, k, v, &count, &options);
        }

        if (error == -(int)Errno.ENOTSUPP)
        {
            UpdateOneByOne(keys, values, mode);
        }
        else if (error < 0)
        {
            throw BatchFailure(error, "Writing", count, keys.Length);
        }
    }

    /// <summary>Removes many keys; absent keys are no error.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <param name="keys">The keys.</param>
    /// <returns>Number of entries that were there.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public int DeleteBatch<TKey>(ReadOnlySpan<TKey> keys)
        where TKey : unmanaged
    {
        int deleted = 0;
        while (!keys.IsEmpty)
        {
            uint count = (uint)keys.Length;
            int error;
            CheckSizes(sizeof(TKey), ValueSize);
            fixed (TKey* k = keys)
            {
                var options = new BpfMapBatchOpts { Size = (nuint)sizeof(BpfMapBatchOpts) };
                error = Libbpf.bpf_map_delete_batch(Handle, k, &count, &options);
            }

            if (error == -(int)Errno.ENOTSUPP)
            {
                foreach (TKey key in keys)
                {
                    deleted += Delete(in key) ? 1 : 0;
                }

                return deleted;
            }

            if (error < 0 && error != -(int)Errno.ENOENT)
            {
                throw BatchFailure(error, "Deleting", count, keys.Length);
            }

            deleted += (int)count;
            // The kernel stops at the first absent key: go on behind it.
            keys = error == 0 ? [] : keys[((int)count + 1)..];
        }

        return deleted;
    }

    /// <summary>Copies all entries; those inserted or removed meanwhile may be missed.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <typeparam name="TValue">A structure of exactly <see cref="ValueSize"/> bytes.</typeparam>
    /// <returns>The entries in the map's own order.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public IReadOnlyList<KeyValuePair<TKey, TValue>> ReadAll<TKey, TValue>()
        where TKey : unmanaged
        where TValue : unmanaged
    {
        CheckSizes(sizeof(TKey), sizeof(TValue));
        var entries = new List<KeyValuePair<TKey, TValue>>();
        ReadBatches((keys, values, count) =>
        {
            ReadOnlySpan<TKey> k = MemoryMarshal.Cast<byte, TKey>(keys);
            ReadOnlySpan<TValue> v = MemoryMarshal.Cast<byte, TValue>(values);
            for (int i = 0; i < count; i++)
            {
                entries.Add(new(k[i], v[i]));
            }
        });
        return entries;
    }

    /// <summary>Copies all entries of a per-CPU map; those inserted or removed meanwhile may be missed.</summary>
    /// <typeparam name="TKey">A structure of exactly <see cref="KeySize"/> bytes.</typeparam>
    /// <typeparam name="TValue">A structure of exactly <see cref="ValueSize"/> bytes.</typeparam>
    /// <returns>The entries, each with <see cref="PossibleCpus"/> values by CPU number.</returns>
    /// <exception cref="BpfException">The kernel refused.</exception>
    public IReadOnlyList<KeyValuePair<TKey, TValue[]>> ReadAllPerCpu<TKey, TValue>()
        where TKey : unmanaged
        where TValue : unmanaged
    {
        CheckPerCpu(sizeof(TKey), sizeof(TValue));
        var entries = new List<KeyValuePair<TKey, TValue[]>>();
        ReadBatches((keys, values, count) =>
        {
            ReadOnlySpan<TKey> k = MemoryMarshal.Cast<byte, TKey>(keys);
            for (int i = 0; i < count; i++)
            {
                entries.Add(new(k[i], SplitCpus<TValue>(values.Slice(i * ValueStride, ValueStride))));
            }
        });
        return entries;
    }

    private delegate void BatchVisitor(ReadOnlySpan<byte> keys, ReadOnlySpan<byte> values, int count);

    private void ReadBatches(BatchVisitor visit)
    {
        // A batch's position is a bucket number (hash, array) or a key (LPM trie).
        byte[] position = new byte[Math.Max(KeySize, sizeof(ulong))];
        int room = (int)Math.Min(BatchSize, Math.Max(MaxEntries, 1));
        byte[] keys = new byte[room * KeySize];
        byte[] values = new byte[room * ValueStride];
        bool first = true;
        while (true)
        {
            uint count = (uint)room;
            int error;
            fixed (byte* p = position)
            fixed (byte* k = keys)
            fixed (byte* v = values)
            {
                var options = new BpfMapBatchOpts { Size = (nuint)sizeof(BpfMapBatchOpts) };
                error = Libbpf.bpf_map_lookup_batch(Handle, first ? null : p, p, k, v, &count, &options);
            }

            switch (error)
            {
                case 0:
                    visit(keys, values, (int)count);
                    first = false;
                    break;
                case -(int)Errno.ENOENT:
                    visit(keys, values, (int)count);
                    return;
                case -(int)Errno.ENOSPC:
                    // One bucket holds more entries than fit; the kernel moved nothing.
                    room *= 2;
                    keys = new byte[room * KeySize];
                    values = new byte[room * ValueStride];
                    break;
                case -(int)Errno.EINTR:
                    break;
                case -(int)Errno.ENOTSUPP when first:
                    ReadOneByOne(visit);
                    return;
                default:
                    throw Failure(error, "Reading");
            }
        }
    }

    private void ReadOneByOne(BatchVisitor visit)
    {
        byte[] key = new byte[KeySize];
        byte[] next = new byte[KeySize];
        byte[] value = new byte[ValueStride];
        bool more = TryNextKey([], next);
        while (more)
        {
            next.CopyTo(key, 0);
            more = TryNextKey(key, next);
            if (Lookup(key, value))
            {
                visit(key, value, 1);
            }
        }
    }

    private void UpdateOneByOne<TKey, TValue>(ReadOnlySpan<TKey> keys, ReadOnlySpan<TValue> values, BpfUpdate mode)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        for (int i = 0; i < keys.Length; i++)
        {
            int error;
            fixed (TKey* k = &keys[i])
            fixed (TValue* v = &values[i])
            {
                error = Libbpf.bpf_map_update_elem(Handle, k, v, (ulong)mode);
            }

            if (error < 0)
            {
                throw BatchFailure(error, "Writing", (uint)i, keys.Length);
            }
        }
    }

    private BpfException BatchFailure(int error, string verb, uint count, int total)
    {
        // After EFAULT the kernel's count means nothing.
        int completed = error == -(int)Errno.EFAULT ? 0 : (int)Math.Min(count, (uint)total);
        return Failure(error, $"{verb} {total} entries ({completed} done) of", completed);
    }
}
