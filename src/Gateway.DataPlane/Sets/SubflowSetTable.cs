using System.Runtime.InteropServices;
using System.Text;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Policy;

namespace Gateway.DataPlane;

/// <summary>
/// Named sets of subflows in the kernel. What is in them is known here too: the kernel's batches do not tell what was there.
/// </summary>
internal sealed class SubflowSetTable
{
    private readonly SharedMaps _maps;
    private readonly TimeProvider _time;
    private readonly Dictionary<string, int> _numbers = new(StringComparer.Ordinal);
    private readonly HashSet<SetKey4> _members4 = [];
    private readonly HashSet<SetKey6> _members6 = [];
    private readonly long[] _ipv4 = new long[Limits.Sets], _ipv6 = new long[Limits.Sets];
    private uint _epoch;

    internal SubflowSetTable(SharedMaps maps, TimeProvider time)
    {
        _maps = maps;
        _time = time;
        _epoch = maps.SetEpoch.Lookup<uint, uint>(0u);
        foreach ((uint number, Set set) in maps.Sets.ReadAll<uint, Set>())
        {
            ReadOnlySpan<byte> name = MemoryMarshal.AsBytes(new ReadOnlySpan<Set>(in set));
            if (name[0] != 0)
            {
                _numbers.Add(Encoding.ASCII.GetString(name[..name.IndexOf((byte)0)]), (int)number);
            }
        }

        if (_numbers.Count > 0)
        {
            foreach ((SetKey4 key, _) in maps.SetMembers4.ReadAll<SetKey4, uint>())
            {
                _members4.Add(key);
                _ipv4[key.Set]++;
            }

            foreach ((SetKey6 key, _) in maps.SetMembers6.ReadAll<SetKey6, uint>())
            {
                _members6.Add(key);
                _ipv6[key.Set]++;
            }
        }
    }

    /// <summary>Subflows that each family's table takes.</summary>
    internal uint Capacity => _maps.SetMembers4.MaxEntries;

    internal IReadOnlyDictionary<string, int> Numbers => new Dictionary<string, int>(_numbers, StringComparer.Ordinal);

    internal IReadOnlyList<SubflowSetInfo> Sets =>
        [.. _numbers.OrderBy(s => s.Key, StringComparer.Ordinal).Select(s => new SubflowSetInfo(s.Key, s.Value, _ipv4[s.Value], _ipv6[s.Value]))];

    /// <summary>A bit for each set, by its number, that a flow is in.</summary>
    internal ulong Of(in FlowKey4 flow) => Of(_members4, SetKeys.Key4(flow), static (key, set) => key with { Set = set });

    /// <inheritdoc cref="Of(in FlowKey4)"/>
    internal ulong Of(in FlowKey6 flow) => Of(_members6, SetKeys.Key6(flow), static (key, set) => key with { Set = set });

    /// <summary>Creates the sets that a policy names and that are not there yet, with the numbers it was compiled for.</summary>
    internal void Adopt(IReadOnlyDictionary<string, int> wanted)
    {
        foreach ((string name, int number) in wanted)
        {
            if (_numbers.TryGetValue(name, out int known) ? known != number : _numbers.ContainsValue(number))
            {
                throw new DataPlaneException(
                    DataPlaneErrorKind.FailedPrecondition, $"The sets of subflows have changed since the policy was compiled (set '{name}'): apply it again.");
            }
        }

        foreach ((string name, int number) in wanted.Where(set => !_numbers.ContainsKey(set.Key)))
        {
            Name(number, name);
        }
    }

    internal void Create(string name)
    {
        if (_numbers.ContainsKey(name))
        {
            return;
        }

        if (!SubflowSetSelector.IsName(name))
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.InvalidArgument, $"'{name}' is no name of a set: use 1 to {SubflowSetSelector.MaxName} of a-z, 0-9 and -.");
        }

        int free = Enumerable.Range(0, Limits.Sets + 1).First(number => !_numbers.ContainsValue(number));
        if (free == Limits.Sets)
        {
            throw new DataPlaneException(DataPlaneErrorKind.ResourceExhausted, $"There are {Limits.Sets} sets already: remove one that no policy needs.");
        }

        Name(free, name);
    }

    /// <summary>Removes subflows, then adds others; when they do not fit none is added.</summary>
    /// <returns>How many were not there, and how many were.</returns>
    internal (int Added, int Removed) Update(string name, ReadOnlySpan<SubflowTuple> add, ReadOnlySpan<SubflowTuple> remove)
    {
        int set = NumberOf(name);
        (SetKey4[] keys4, SetKey6[] keys6) = Keys(remove, set);
        (SetKey4[] new4, SetKey6[] new6) = Keys(add, set);
        try
        {
            int removed = Delete(set, keys4, keys6);
            return (Insert(set, new4, new6), removed);
        }
        finally
        {
            // Also when it failed: what was there for a moment may have been looked up.
            Publish();
        }
    }

    internal List<SubflowSetMember> Members(string name)
    {
        int set = NumberOf(name);
        return
        [
            .. _maps.SetMembers4.ReadAll<SetKey4, uint>().Where(m => m.Key.Set == set).Select(m => Member(SetKeys.Subflow(m.Key), m.Value)),
            .. _maps.SetMembers6.ReadAll<SetKey6, uint>().Where(m => m.Key.Set == set).Select(m => Member(SetKeys.Subflow(m.Key), m.Value)),
        ];

        static SubflowSetMember Member(SubflowTuple subflow, uint added) => new(subflow, DateTimeOffset.FromUnixTimeSeconds(added));
    }

    internal int Clear(string name)
    {
        SubflowTuple[] members = [.. Members(name).Select(m => m.Subflow)];
        return Update(name, [], members).Removed;
    }

    internal int Remove(string name)
    {
        int removed = Clear(name);
        int number = NumberOf(name);
        _maps.Sets.Update((uint)number, default(Set));
        _numbers.Remove(name);
        return removed;
    }

    private ulong Of<T>(HashSet<T> members, T key, Func<T, ushort, T> inSet)
        where T : unmanaged
    {
        ulong sets = 0;
        if (members.Count > 0)
        {
            foreach (int number in _numbers.Values)
            {
                sets |= members.Contains(inSet(key, (ushort)number)) ? 1ul << number : 0;
            }
        }

        return sets;
    }

    private static (SetKey4[] Keys4, SetKey6[] Keys6) Keys(ReadOnlySpan<SubflowTuple> subflows, int set)
    {
        int ipv4 = 0;
        foreach (ref readonly SubflowTuple subflow in subflows)
        {
            ipv4 += subflow.Family == IpFamily.IPv4 ? 1 : 0;
        }

        var keys4 = new SetKey4[ipv4];
        var keys6 = new SetKey6[subflows.Length - ipv4];
        int next4 = 0, next6 = 0;
        foreach (ref readonly SubflowTuple subflow in subflows)
        {
            if (subflow.Family == IpFamily.IPv4)
            {
                keys4[next4++] = SetKeys.Key4(subflow, set);
            }
            else
            {
                keys6[next6++] = SetKeys.Key6(subflow, set);
            }
        }

        return (keys4, keys6);
    }

    private int Delete(int set, SetKey4[] keys4, SetKey6[] keys6)
    {
        int ipv4 = Delete(_maps.SetMembers4, _members4, keys4);
        _ipv4[set] -= ipv4;
        int ipv6 = Delete(_maps.SetMembers6, _members6, keys6);
        _ipv6[set] -= ipv6;
        return ipv4 + ipv6;
    }

    private static int Delete<T>(BpfMap map, HashSet<T> members, T[] keys)
        where T : unmanaged
    {
        T[] present = Array.FindAll(keys, members.Contains);
        int deleted = map.DeleteBatch<T>(present);
        members.ExceptWith(present);
        return deleted;
    }

    private int Insert(int set, SetKey4[] keys4, SetKey6[] keys6)
    {
        T[] New<T>(BpfMap map, HashSet<T> members, T[] keys)
            where T : unmanaged
        {
            T[] absent = [.. keys.Where(key => !members.Contains(key)).Distinct()];
            return members.Count + absent.Length <= map.MaxEntries
                ? absent
                : throw new DataPlaneException(
                    DataPlaneErrorKind.ResourceExhausted,
                    $"The sets hold as many subflows as there is room for, {map.MaxEntries} of each family: remove some, or start gatewayd with more --set-entries after 'gatewayd --cleanup'.");
        }

        SetKey4[] new4 = New(_maps.SetMembers4, _members4, keys4);
        SetKey6[] new6 = New(_maps.SetMembers6, _members6, keys6);
        uint now = (uint)_time.GetUtcNow().ToUnixTimeSeconds();
        Insert(_maps.SetMembers4, new4, now);
        try
        {
            Insert(_maps.SetMembers6, new6, now);
        }
        catch
        {
            _maps.SetMembers4.DeleteBatch<SetKey4>(new4);
            throw;
        }

        _members4.UnionWith(new4);
        _members6.UnionWith(new6);
        _ipv4[set] += new4.Length;
        _ipv6[set] += new6.Length;
        return new4.Length + new6.Length;
    }

    private static void Insert<T>(BpfMap map, T[] keys, uint now)
        where T : unmanaged
    {
        uint[] times = new uint[keys.Length];
        Array.Fill(times, now);
        try
        {
            map.UpdateBatch<T, uint>(keys, times);
        }
        catch (BpfException)
        {
            map.DeleteBatch<T>(keys);
            throw;
        }
    }

    private void Name(int number, string name)
    {
        var set = default(Set);
        Encoding.ASCII.GetBytes(name, MemoryMarshal.AsBytes(new Span<Set>(ref set)));
        _maps.Sets.Update((uint)number, set);
        _numbers.Add(name, number);
    }

    /// <summary>What flows know of sets is looked up again.</summary>
    private void Publish() => _maps.SetEpoch.Update(0u, ++_epoch);

    private int NumberOf(string name) => _numbers.TryGetValue(name, out int number)
        ? number
        : throw new DataPlaneException(DataPlaneErrorKind.NotFound, $"There is no set '{name}': 'gatewayctl subflow-set list' shows those there are.");
}
