namespace Gateway.Bpf.Tests;

public sealed class LinkTests : IDisposable
{
    private readonly VethNamespace _namespace = new();
    private readonly BpfObject _loaded = TestPrograms.Load("count_first", "count_second", "tc_first", "tc_second");

    public void Dispose()
    {
        _loaded.Dispose();
        _namespace.Dispose();
    }

    [Fact]
    public void Native_XDP_sees_the_frames_of_a_veth()
    {
        BpfProgram first = _loaded.Program("count_first");
        using BpfLink link = _namespace.Run(() => BpfLink.AttachXdp(first, _namespace.Near, XdpMode.Native));

        ExpectTraffic(0);

        Assert.Equal(
            new BpfLinkInfo(link.Info.Id, BpfLinkType.Xdp, first.Id, _namespace.Near, BpfAttachType.Xdp), link.Info);
        Assert.Equal([new XdpAttachment(first.Id, XdpMode.Native)], _namespace.Run(() => XdpAttachment.Query(_namespace.Near)));
    }

    [Fact]
    public void Generic_XDP_is_reported_as_generic()
    {
        using BpfLink link = _namespace.Run(() => BpfLink.AttachXdp(_loaded.Program("count_first"), _namespace.Near, XdpMode.Generic));

        ExpectTraffic(0);

        Assert.Equal(XdpMode.Generic, Assert.Single(_namespace.Run(() => XdpAttachment.Query(_namespace.Near))).Mode);
    }

    [Fact]
    public void A_link_swaps_its_program_only_when_the_expected_one_runs()
    {
        BpfProgram first = _loaded.Program("count_first");
        BpfProgram second = _loaded.Program("count_second");
        using BpfLink link = _namespace.Run(() => BpfLink.AttachXdp(first, _namespace.Near, XdpMode.Native));

        link.Update(second, expected: first);
        ExpectTraffic(1);
        BpfException stale = Assert.Throws<BpfException>(() => link.Update(second, expected: first));

        Assert.Equal(Errno.EPERM, stale.Errno);
        Assert.Contains("another program than 'count_first'", stale.Message, StringComparison.Ordinal);
        Assert.Equal(second.Id, link.Info.ProgramId);
        link.Update(first);
        Assert.Equal(first.Id, link.Info.ProgramId);
        Assert.Equal(Errno.EINVAL, Assert.Throws<BpfException>(() => link.Update(_loaded.Program("tc_first"))).Errno);
    }

    [Fact]
    public void Disposing_an_unpinned_link_detaches()
    {
        _namespace.Run(() => BpfLink.AttachXdp(_loaded.Program("count_first"), _namespace.Near, XdpMode.Native)).Dispose();

        Eventually.True(() => _namespace.Run(() => XdpAttachment.Query(_namespace.Near)).Count == 0, "XDP program is detached");
    }

    [Fact]
    public void A_pinned_link_survives_its_object_and_is_found_again()
    {
        using var pins = new PinDirectory();
        uint program;
        uint slot;
        using (BpfObject loaded = TestPrograms.Load("count_first"))
        {
            program = loaded.Program("count_first").Id;
            using BpfLink link = _namespace.Run(() => BpfLink.AttachXdp(loaded.Program("count_first"), _namespace.Near, XdpMode.Native));
            link.Pin(pins["link"]);
            loaded.Map("counters").Pin(pins["counters"]);
        }

        using BpfMap counters = BpfMap.OpenPinned(pins["counters"]);
        slot = Count(counters, 0);
        Eventually.True(
            () =>
            {
                _namespace.SendFrame();
                return Count(counters, 0) > slot;
            },
            "the pinned program counts");
        using BpfLink found = BpfLink.OpenPinned(pins["link"]);
        Assert.Equal(program, found.Info.ProgramId);
        found.Detach();
        Assert.Equal(0, found.Info.Ifindex);
        Assert.Empty(_namespace.Run(() => XdpAttachment.Query(_namespace.Near)));
    }

    [Fact]
    public void An_unknown_NIC_is_refused()
    {
        BpfException unknown = Assert.Throws<BpfException>(
            () => BpfLink.AttachXdp(_loaded.Program("count_first"), int.MaxValue, XdpMode.Native));
        BpfException tcx = Assert.Throws<BpfException>(
            () => BpfLink.AttachTcx(_loaded.Program("tc_first"), int.MaxValue, TcDirection.Ingress));
        BpfException clsact = Assert.Throws<BpfException>(
            () => TcFilter.Attach(_loaded.Program("tc_first"), int.MaxValue, TcDirection.Ingress, 1, 1));
        BpfException name = Assert.Throws<BpfException>(() => NetDevice.IndexOf("gwbpf-absent"));

        Assert.All([unknown, tcx, clsact, name], e =>
        {
            Assert.Equal(Errno.ENODEV, e.Errno);
            Assert.Contains("No such network interface", e.Message, StringComparison.Ordinal);
        });
    }

    [Fact]
    public void A_NIC_without_native_XDP_says_so_and_does_not_turn_generic()
    {
        BpfException refused = Assert.Throws<BpfException>(
            () => _namespace.Run(() => BpfLink.AttachXdp(_loaded.Program("count_first"), 1, XdpMode.Native)));

        Assert.Equal(Errno.EOPNOTSUPP, refused.Errno);
        Assert.Contains("NIC lo (driver ", refused.Message, StringComparison.Ordinal);
        Assert.Contains("attach with mode generic or use another NIC", refused.Message, StringComparison.Ordinal);
        Assert.Empty(_namespace.Run(() => XdpAttachment.Query(1)));
    }

    [Fact]
    public void A_second_XDP_program_is_refused()
    {
        using BpfLink link = _namespace.Run(() => BpfLink.AttachXdp(_loaded.Program("count_first"), _namespace.Near, XdpMode.Native));

        BpfException busy = Assert.Throws<BpfException>(
            () => _namespace.Run(() => BpfLink.AttachXdp(_loaded.Program("count_second"), _namespace.Near, XdpMode.Native)));

        Assert.Equal(Errno.EBUSY, busy.Errno);
        Assert.Contains("near (driver veth)", busy.Message, StringComparison.Ordinal);
        Assert.Contains("Another XDP program", busy.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(TcDirection.Ingress)]
    [InlineData(TcDirection.Egress)]
    public void TCX_attaches_swaps_and_detaches(TcDirection direction)
    {
        int ifindex = direction == TcDirection.Ingress ? _namespace.Near : _namespace.Far;
        BpfProgram first = _loaded.Program("tc_first");
        BpfProgram second = _loaded.Program("tc_second");
        using BpfLink link = _namespace.Run(() => BpfLink.AttachTcx(first, ifindex, direction));

        ExpectTraffic(2);
        BpfAttachType where = direction == TcDirection.Ingress ? BpfAttachType.TcxIngress : BpfAttachType.TcxEgress;
        Assert.Equal(new BpfLinkInfo(link.Info.Id, BpfLinkType.Tcx, first.Id, ifindex, where), link.Info);
        link.Update(second, expected: first);
        ExpectTraffic(3);
        Assert.Equal(Errno.EPERM, Assert.Throws<BpfException>(() => link.Update(second, expected: first)).Errno);
        link.Detach();
        Assert.Equal(0, link.Info.Ifindex);
        Assert.Contains("attach anew", Assert.Throws<BpfException>(() => link.Update(first)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Clsact_attaches_replaces_and_detaches()
    {
        BpfProgram first = _loaded.Program("tc_first");
        BpfProgram second = _loaded.Program("tc_second");
        TcFilter filter = _namespace.Run(() => TcFilter.Attach(first, _namespace.Near, TcDirection.Ingress, 7, 3));

        ExpectTraffic(2);
        Assert.Equal(first.Id, _namespace.Run(() => filter.ProgramId));
        BpfException taken = Assert.Throws<BpfException>(
            () => _namespace.Run(() => TcFilter.Attach(second, _namespace.Near, TcDirection.Ingress, 7, 3)));
        Assert.Equal(Errno.EEXIST, taken.Errno);
        _namespace.Run(() => filter.Replace(second));
        ExpectTraffic(3);
        Assert.Equal(second.Id, _namespace.Run(() => filter.ProgramId));
        Assert.True(_namespace.Run(filter.Detach));
        Assert.False(_namespace.Run(filter.Detach));
        Assert.Null(_namespace.Run(() => filter.ProgramId));
        Assert.True(_namespace.Run(() => TcFilter.DestroyHook(_namespace.Near)));
        Assert.False(_namespace.Run(() => TcFilter.DestroyHook(_namespace.Near)));
        Assert.Null(_namespace.Run(() => filter.ProgramId));
    }

    private static uint Count(BpfMap counters, uint slot) => (uint)counters.LookupPerCpu<uint, uint>(slot)!.Sum(v => v);

    private void ExpectTraffic(uint slot)
    {
        BpfMap counters = _loaded.Map("counters");
        uint before = Count(counters, slot);
        Eventually.True(
            () =>
            {
                _namespace.SendFrame();
                return Count(counters, slot) > before;
            },
            $"the program of counter {slot} sees frames");
    }
}
