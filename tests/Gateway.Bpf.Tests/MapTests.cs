namespace Gateway.Bpf.Tests;

public sealed class MapTests
{
    private static readonly byte[] Frame = new byte[64];

    [Fact]
    public void A_map_tells_what_it_is()
    {
        using BpfMap map = BpfMap.Create(BpfMapType.LruHash, "flows", 8, 16, 64);

        Assert.Equal(new BpfMapInfo(map.Id, BpfMapType.LruHash, "flows", 8, 16, 64, BpfMapFlags.None), map.Info);
        using BpfMap same = BpfMap.OpenById(map.Id);
        Assert.Equal("flows", same.Name);
    }

    [Fact]
    public void A_map_the_kernel_refuses_says_how_it_was_asked_for()
    {
        BpfException refused = Assert.Throws<BpfException>(() => BpfMap.Create(BpfMapType.Array, "odd", 3, 4, 1));

        Assert.Equal(Errno.EINVAL, refused.Errno);
        Assert.Contains("'odd' (Array, 3-byte keys, 4-byte values, 1 entries", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Elements_are_written_read_taken_and_removed()
    {
        using BpfMap map = Numbers(16);
        map.Update(1u, 10ul);
        map.Update(1u, 11ul, BpfUpdate.Replace);
        map.Update(2u, 20ul, BpfUpdate.Insert);

        Assert.Equal(11ul, map.Lookup<uint, ulong>(1));
        Assert.True(map.TryLookup(2u, out ulong two));
        Assert.Equal(20ul, two);
        Assert.False(map.TryLookup(3u, out ulong _));
        Assert.True(map.TryLookupAndDelete(2u, out two));
        Assert.Equal(20ul, two);
        Assert.False(map.TryLookupAndDelete(2u, out two));
        Assert.True(map.Delete(1u));
        Assert.False(map.Delete(1u));
        Assert.Equal(Errno.ENOENT, Assert.Throws<BpfException>(() => map.Lookup<uint, ulong>(1)).Errno);
    }

    [Fact]
    public void Inserting_what_is_there_and_replacing_what_is_not_fail()
    {
        using BpfMap map = Numbers(16);
        map.Update(1u, 10ul);

        Assert.Equal(Errno.EEXIST, Assert.Throws<BpfException>(() => map.Update(1u, 11ul, BpfUpdate.Insert)).Errno);
        Assert.Equal(Errno.ENOENT, Assert.Throws<BpfException>(() => map.Update(2u, 11ul, BpfUpdate.Replace)).Errno);
    }

    [Fact]
    public void Structures_of_another_size_are_refused_before_the_kernel_reads_them()
    {
        using BpfMap map = Numbers(16);

        Assert.Contains("8-byte values, not 4 and 4", Assert.Throws<ArgumentException>(() => map.Update(1u, 1u)).Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => map.TryLookup(1ul, out ulong _));
        Assert.Throws<ArgumentException>(() => map.Delete(1ul));
        Assert.Throws<ArgumentException>(() => map.LookupPerCpu<uint, ulong>(1u));
    }

    [Fact]
    public void A_full_map_says_its_name_and_size()
    {
        using BpfMap map = Numbers(2);
        map.Update(1u, 1ul);
        map.Update(2u, 2ul);

        BpfException full = Assert.Throws<BpfException>(() => map.Update(3u, 3ul));

        Assert.Equal(Errno.E2BIG, full.Errno);
        Assert.Contains("Map 'numbers' is full: all 2 entries are taken", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_index_outside_an_array_is_no_full_map()
    {
        using BpfMap map = BpfMap.Create(BpfMapType.Array, "array", 4, 8, 2);

        Assert.Contains("outside the 2 entries", Assert.Throws<BpfException>(() => map.Update(2u, 1ul)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hundred_thousand_entries_go_in_and_come_out_in_batches()
    {
        using BpfMap map = Numbers(100_000);
        uint[] keys = [.. Enumerable.Range(0, 100_000).Select(i => (uint)i * 7)];
        ulong[] values = [.. keys.Select(k => k * 3ul)];

        map.UpdateBatch<uint, ulong>(keys, values);

        Dictionary<uint, ulong> read = map.ReadAll<uint, ulong>().ToDictionary();
        Assert.Equal(100_000, read.Count);
        Assert.All(read, entry => Assert.Equal(entry.Key * 3ul, entry.Value));
        Assert.Equal(100_000, map.Keys<uint>().Distinct().Count());
    }

    [Fact]
    public void A_batch_that_overflows_tells_how_far_it_came()
    {
        using BpfMap map = Numbers(16);

        BpfException full = Assert.Throws<BpfException>(
            () => map.UpdateBatch<uint, ulong>([.. Enumerable.Range(0, 40).Select(i => (uint)i)], new ulong[40]));

        Assert.Equal(Errno.E2BIG, full.Errno);
        Assert.Equal(map.ReadAll<uint, ulong>().Count, full.Completed);
        Assert.Contains("Writing 40 entries (16 done) of map 'numbers'", full.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_batch_needs_as_many_values_as_keys()
    {
        using BpfMap map = Numbers(16);

        Assert.Throws<ArgumentException>(() => map.UpdateBatch<uint, ulong>([1, 2], [1]));
        map.UpdateBatch<uint, ulong>([], []);
        Assert.Empty(map.ReadAll<uint, ulong>());
    }

    [Fact]
    public void A_batch_delete_skips_absent_keys()
    {
        using BpfMap map = Numbers(16);
        map.UpdateBatch<uint, ulong>([1, 2, 3, 4], [1, 2, 3, 4]);

        Assert.Equal(3, map.DeleteBatch<uint>([9, 1, 8, 7, 2, 4, 6]));
        Assert.Equal([3u], map.Keys<uint>());
    }

    [Fact]
    public void Prefixes_are_read_in_batches_too()
    {
        using BpfMap map = BpfMap.Create(BpfMapType.LpmTrie, "prefixes", 8, 4, 100, BpfMapFlags.NoPreallocation);
        ulong[] keys = [.. Enumerable.Range(0, 50).Select(i => ((ulong)i << 56) | 32)];
        uint[] values = [.. Enumerable.Range(0, 50).Select(i => (uint)i)];

        map.UpdateBatch<ulong, uint>(keys, values);

        Assert.Equal(keys.Zip(values).ToHashSet(), map.ReadAll<ulong, uint>().Select(e => (e.Key, e.Value)).ToHashSet());
    }

    [Fact]
    public void A_visited_key_may_be_deleted_while_walking()
    {
        using BpfMap map = Numbers(1000);
        map.UpdateBatch<uint, ulong>([.. Enumerable.Range(0, 500).Select(i => (uint)i)], new ulong[500]);

        int visited = 0;
        foreach (uint key in map.Keys<uint>())
        {
            Assert.True(map.Delete(key));
            visited++;
        }

        Assert.Equal(500, visited);
    }

    [Fact]
    public void Values_per_CPU_are_read_and_written_apart()
    {
        using BpfObject loaded = TestPrograms.Load("count_first");
        BpfMap counters = loaded.Map("counters");
        Assert.True(counters.IsPerCpu);

        loaded.Program("count_first").TestRun(Frame, new TestRunOptions { Repeat = 5 });

        Assert.Equal(BpfMap.PossibleCpus, counters.LookupPerCpu<uint, uint>(0)!.Length);
        Assert.Equal(5u, Sum(counters, 0));
        uint[] written = [.. Enumerable.Range(0, BpfMap.PossibleCpus).Select(cpu => (uint)cpu + 100)];
        counters.UpdatePerCpu<uint, uint>(3, written);
        Assert.Equal(written, counters.LookupPerCpu<uint, uint>(3));
        Assert.Equal(written, counters.ReadAllPerCpu<uint, uint>().Single(e => e.Key == 3).Value);
        Assert.Null(counters.LookupPerCpu<uint, uint>(99));
        Assert.Throws<ArgumentException>(() => counters.TryLookup(0u, out uint _));
        Assert.Throws<ArgumentException>(() => counters.UpdatePerCpu<uint, uint>(3, new uint[BpfMap.PossibleCpus + 1]));
    }

    [Fact]
    public void Values_per_CPU_of_a_hash_are_read_in_batches()
    {
        using BpfMap map = BpfMap.Create(BpfMapType.PerCpuHash, "percpu", 4, 12, 10_000);
        var value = new Odd { A = 1, B = 2, C = 3 };
        Odd[] values = [.. Enumerable.Repeat(value, BpfMap.PossibleCpus)];
        for (uint key = 0; key < 9000; key++)
        {
            map.UpdatePerCpu<uint, Odd>(key, values);
        }

        IReadOnlyList<KeyValuePair<uint, Odd[]>> read = map.ReadAllPerCpu<uint, Odd>();

        Assert.Equal(9000, read.DistinctBy(e => e.Key).Count());
        Assert.All(read, e => Assert.Equal(values, e.Value));
    }

    [Fact]
    public void The_inner_map_in_force_is_what_the_program_reads()
    {
        using BpfObject loaded = TestPrograms.Load("read_generation");
        BpfMap outer = loaded.Map("generations");
        BpfProgram program = loaded.Program("read_generation");
        Assert.Equal(0u, program.TestRun(Frame).ReturnValue);

        using (BpfMap first = Generation(4))
        using (BpfMap second = Generation(8))
        {
            first.Update(2u, 41ul);
            second.Update(2u, 42ul);
            outer.UpdateInner(0u, first);
            Assert.Equal(41u, program.TestRun(Frame).ReturnValue);
            outer.UpdateInner(0u, second);
            Assert.Equal(second.Id, outer.Lookup<uint, uint>(0));
        }

        Assert.Equal(42u, program.TestRun(Frame).ReturnValue);
    }

    [Fact]
    public void An_inner_map_unlike_the_template_is_refused()
    {
        using BpfObject loaded = TestPrograms.Load("read_generation");
        using BpfMap other = BpfMap.Create(BpfMapType.Array, "other", 4, 4, 1, BpfMapFlags.InnerMap);

        BpfException refused = Assert.Throws<BpfException>(() => loaded.Map("generations").UpdateInner(0u, other));

        Assert.Contains("template", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_map_of_maps_is_made_from_a_template()
    {
        using BpfMap template = Generation(1);
        using BpfMap outer = BpfMap.Create(BpfMapType.ArrayOfMaps, "outer", 4, 4, 2, inner: template);
        using BpfMap inner = Generation(3);

        outer.UpdateInner(1u, inner);

        Assert.Equal(inner.Id, outer.Lookup<uint, uint>(1));
    }

    [Fact]
    public void A_program_in_an_array_is_tail_called()
    {
        using BpfObject loaded = TestPrograms.Load("tail_caller", "tail_target", "tc_first");
        BpfMap tails = loaded.Map("tails");
        Assert.Equal(0u, loaded.Program("tail_caller").TestRun(Frame).ReturnValue);

        tails.UpdateProgram(1u, loaded.Program("tail_target"));

        Assert.Equal(3u, loaded.Program("tail_caller").TestRun(Frame).ReturnValue);
        Assert.Contains(
            "program's type", Assert.Throws<BpfException>(() => tails.UpdateProgram(0u, loaded.Program("tc_first"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_devmap_takes_interfaces_and_egress_programs()
    {
        using BpfObject loaded = TestPrograms.Load("on_egress");
        using BpfMap devmap = BpfMap.Create(BpfMapType.Devmap, "devmap", 4, 8, 4);
        using BpfMap plain = BpfMap.Create(BpfMapType.Devmap, "plain", 4, 4, 4);

        devmap.UpdateDevice(0, 1, loaded.Program("on_egress"));
        plain.UpdateDevice(0, 1);

        Assert.Equal(1 | ((ulong)loaded.Program("on_egress").Id << 32), devmap.Lookup<uint, ulong>(0));
        Assert.Equal(1u, plain.Lookup<uint, uint>(0));
        Assert.Throws<ArgumentException>(() => plain.UpdateDevice(0, 1, loaded.Program("on_egress")));
        Assert.Throws<BpfException>(() => plain.UpdateDevice(0, int.MaxValue));
    }

    [Fact]
    public void A_frozen_map_takes_no_writes()
    {
        using BpfMap map = BpfMap.Create(BpfMapType.Array, "frozen", 4, 8, 1);
        map.Update(0u, 5ul);
        map.Freeze();

        Assert.Equal(Errno.EPERM, Assert.Throws<BpfException>(() => map.Update(0u, 6ul)).Errno);
        Assert.Equal(5ul, map.Lookup<uint, ulong>(0));
    }

    [Fact]
    public void A_closed_map_is_refused_by_name_not_by_crash()
    {
        BpfMap map = Numbers(1);
        map.Dispose();

        Assert.Throws<ObjectDisposedException>(() => map.Update(1u, 1ul));
    }

    private static uint Sum(BpfMap map, uint key) => (uint)map.LookupPerCpu<uint, uint>(key)!.Sum(v => v);

    private static BpfMap Numbers(uint entries) => BpfMap.Create(BpfMapType.Hash, "numbers", 4, 8, entries);

    private static BpfMap Generation(uint entries) => BpfMap.Create(BpfMapType.Array, "generation", 4, 8, entries, BpfMapFlags.InnerMap);

    private record struct Odd
    {
        public uint A;
        public uint B;
        public uint C;
    }
}
