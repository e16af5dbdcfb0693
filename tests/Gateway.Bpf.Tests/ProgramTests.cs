namespace Gateway.Bpf.Tests;

public sealed class ProgramTests
{
    [Fact]
    public void A_loaded_program_tells_what_it_cost()
    {
        using BpfObject loaded = TestPrograms.Load("emit");

        BpfProgramInfo info = loaded.Program("emit").Info;

        Assert.Equal(("emit", BpfProgramType.Xdp), (info.Name, info.Type));
        Assert.InRange(info.VerifiedInstructions, 5u, 1_000_000u);
        Assert.InRange(info.XlatedSize, 40u, 4096u);
        Assert.True(info.JitedSize > 0);
        Assert.Matches("^[0-9a-f]{16}$", info.Tag);
        using BpfProgram same = BpfProgram.OpenById(info.Id);
        Assert.Equal(info.Tag, same.Info.Tag);
    }

    [Fact]
    public void A_packet_that_grows_comes_back_whole()
    {
        using BpfObject loaded = TestPrograms.Load("grow");
        byte[] packet = [.. Enumerable.Range(1, 100).Select(i => (byte)i)];

        TestRunResult result = loaded.Program("grow").TestRun(packet);

        Assert.Equal(3u, result.ReturnValue);
        Assert.Equal((byte[])[0x11, 0x11, 0x11, 0x11, 0x22, 0x22, 0x22, 0x22, .. packet], result.DataOut);
    }

    [Fact]
    public void A_packet_that_grows_beyond_the_room_given_is_an_error()
    {
        using BpfObject loaded = TestPrograms.Load("grow");

        BpfException small = Assert.Throws<BpfException>(
            () => loaded.Program("grow").TestRun(new byte[128], new TestRunOptions { Repeat = 10, GrowthRoom = 0 }));

        Assert.Equal(Errno.ENOSPC, small.Errno);
        Assert.Contains("GrowthRoom", small.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_XDP_context_carries_metadata_in_and_out()
    {
        using BpfObject loaded = TestPrograms.Load("count_first");
        byte[] frame = new byte[68];
        var context = new XdpContext { Data = 4, DataEnd = 68, IngressIfindex = 1 };

        TestRunResult result = loaded.Program("count_first").TestRun(frame, new TestRunOptions().WithContext(context));

        Assert.Equal(context, result.ContextAs<XdpContext>());
        Assert.Equal(68, result.DataOut.Length);
    }

    [Fact]
    public void An_skb_context_carries_mark_and_segmentation()
    {
        using BpfObject loaded = TestPrograms.Load("tc_context");
        var context = new SkbContext { Mark = 1000, GsoSize = 1400, GsoSegments = 2 };

        TestRunResult result = loaded.Program("tc_context").TestRun(new byte[200], new TestRunOptions().WithContext(context));

        Assert.Equal(7u, result.ReturnValue);
        SkbContext after = result.ContextAs<SkbContext>();
        Assert.Equal(1200u, after.Mark);
        Assert.Equal(1400u, after.Control[4]);
    }

    [Fact]
    public void A_run_without_a_context_has_none_to_read()
    {
        using BpfObject loaded = TestPrograms.Load("count_first");

        Assert.Throws<InvalidOperationException>(() => loaded.Program("count_first").TestRun(new byte[64]).ContextAs<XdpContext>());
    }

    [Fact]
    public void A_frame_shorter_than_an_Ethernet_header_is_refused()
    {
        using BpfObject loaded = TestPrograms.Load("count_first");

        BpfException refused = Assert.Throws<BpfException>(() => loaded.Program("count_first").TestRun(new byte[5]));

        Assert.Equal(Errno.EINVAL, refused.Errno);
        Assert.Contains("14 bytes", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_jumbo_frame_runs_through_a_program_with_frags()
    {
        using BpfObject loaded = TestPrograms.Load("count_first");
        byte[] jumbo = new byte[9000];
        jumbo[8999] = 9;

        Assert.Equal(jumbo, loaded.Program("count_first").TestRun(jumbo).DataOut);
    }
}
