namespace Gateway.Bpf.Tests;

public sealed class RingBufferTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void Records_arrive_in_order()
    {
        using BpfObject loaded = Load();
        var lengths = new List<ulong>();
        using var ring = new RingBuffer(loaded.Map("events"), record =>
        {
            Assert.Equal(16, record.Length);
            Assert.Equal(0xfeedul, BitConverter.ToUInt64(record[8..]));
            lengths.Add(BitConverter.ToUInt64(record));
        });

        Emit(loaded, 64);
        Emit(loaded, 100);

        Assert.Equal(2, ring.Poll(Second));
        Assert.Equal([64ul, 100ul], lengths);
        Assert.Equal(0, ring.Poll(TimeSpan.Zero));
        Emit(loaded, 70);
        Assert.Equal(1, ring.Consume());
        Assert.Equal(70ul, lengths[^1]);
    }

    [Fact]
    public void A_failing_handler_fails_the_poll_and_loses_only_its_record()
    {
        using BpfObject loaded = Load();
        var seen = new List<ulong>();
        using var ring = new RingBuffer(loaded.Map("events"), record =>
        {
            ulong length = BitConverter.ToUInt64(record);
            if (length == 80)
            {
                throw new FormatException("bad record");
            }

            seen.Add(length);
        });
        foreach (int length in (int[])[64, 80, 96])
        {
            Emit(loaded, length);
        }

        Assert.Throws<FormatException>(() => ring.Poll(Second));
        Assert.Equal([64ul], seen);
        Assert.Equal(1, ring.Poll(Second));
        Assert.Equal([64ul, 96ul], seen);
    }

    [Fact]
    public void A_full_buffer_keeps_what_it_has()
    {
        using BpfObject loaded = Load();
        int records = 0;
        using var ring = new RingBuffer(loaded.Map("events"), _ => records++);
        loaded.Program("emit").TestRun(new byte[64], new TestRunOptions { Repeat = 1000 });

        ring.Consume();

        // 4096 bytes of records of 16 + 8 bytes, one position never used.
        Assert.Equal(4096 / 24, records);
    }

    [Fact]
    public void The_map_may_be_closed_before_the_buffer()
    {
        using BpfObject loaded = Load();
        int records = 0;
        BpfMap map = BpfMap.OpenById(loaded.Map("events").Id);
        using var ring = new RingBuffer(map, _ => records++);
        map.Dispose();

        Emit(loaded, 64);

        Assert.Equal(1, ring.Poll(Second));
        Assert.Equal(1, records);
    }

    [Fact]
    public void Another_kind_of_map_is_refused()
    {
        using BpfMap map = BpfMap.Create(BpfMapType.Array, "array", 4, 4, 1);

        Assert.Contains("not a ring buffer", Assert.Throws<ArgumentException>(() => new RingBuffer(map, _ => { })).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_closed_buffer_cannot_be_polled()
    {
        using BpfObject loaded = Load();
        var ring = new RingBuffer(loaded.Map("events"), _ => { });
        ring.Dispose();

        Assert.Throws<ObjectDisposedException>(() => ring.Poll(TimeSpan.Zero));
    }

    private static BpfObject Load()
    {
        BpfObjectSpec spec = TestPrograms.Open();
        spec.SetVariable("cookie", 0xfeedul);
        return spec.Load();
    }

    private static void Emit(BpfObject loaded, int length) => loaded.Program("emit").TestRun(new byte[length]);
}
