using Gateway.Bpf;

namespace Gateway.DataPlane.Tests.Ports;

public sealed class AttachTests : IDisposable
{
    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void A_host_port_sees_what_comes_in_and_goes_out()
    {
        PortInfo port = Assert.Single(_gateway.Attach("a"));

        Assert.Equal((0, "a", PortMode.Host, EgressAttachment.Tcx, "veth", true, false), (port.Index, port.Nic, port.Mode, port.Egress, port.Driver, port.Up, port.Gone));
        Assert.Equal([XdpMode.Native], _gateway.Xdp("a").Select(x => x.Mode));
        ulong before = _gateway.Counters("a", Abi.Hook.Ingress).Packets;
        _gateway.Network.SendFrom("a", 10);
        Eventually.True(() => _gateway.Counters("a", Abi.Hook.Ingress).Packets >= before + 10, "ten frames at ingress");
        // IPv6 of the gateway's own stack (neighbour discovery) leaves by egress.
        _gateway.Network.GatewayIp("link", "set", "dev", "a", "down");
        _gateway.Network.GatewayIp("link", "set", "dev", "a", "up");
        Eventually.True(() => _gateway.Counters("a", Abi.Hook.Egress).Packets > 0, "a frame at egress");
    }

    [Theory]
    [InlineData(PortMode.Host, null)]
    [InlineData(PortMode.Wire, "b")]
    public void The_policy_is_fitted_before_a_packet_passes(PortMode mode, string? peer)
    {
        _gateway.Apply("- {name: all, priority: 1, actors: [count]}\n");
        string[] nics = peer is null ? ["a"] : ["a", peer];
        int fitted = 0;

        _gateway.Network.Run(() => _gateway.DataPlane.Attach(new PortRequest("a") { Mode = mode, Peer = peer }, () =>
        {
            Assert.Equal(nics, _gateway.DataPlane.Environment.Ports.Keys.Order());
            Assert.All(nics, nic => Assert.Empty(_gateway.Xdp(nic)));
            _gateway.Apply("- {name: here, priority: 1, ports: [a], actors: [count]}\n", revision: 2);
            fitted++;
        }));

        Assert.Equal(1, fitted);
        Assert.All(nics, nic => Assert.Single(_gateway.Xdp(nic)));
        _gateway.Network.SendFrom("a", 10);
        Assert.Equal("here", Assert.Single(_gateway.DataPlane.ReadCounters().Chains).Chain);
    }

    [Fact]
    public void A_policy_that_cannot_be_fitted_keeps_the_port_away()
    {
        _gateway.Attach("b");
        IReadOnlyList<string> pins = _gateway.Pins();

        Assert.Throws<TimeoutException>(() => _gateway.Network.Run(() =>
            _gateway.DataPlane.Attach(new PortRequest("a"), () => throw new TimeoutException())));

        Assert.Equal(["b"], _gateway.DataPlane.Ports.Select(p => p.Nic));
        Assert.Equal(["b"], _gateway.DataPlane.Environment.Ports.Keys);
        Assert.Empty(_gateway.Xdp("a"));
        Assert.Equal(pins, _gateway.Pins());
        Assert.Single(_gateway.Attach("a"));
    }

    [Fact]
    public void Clsact_serves_kernels_without_TCX()
    {
        using var old = new TestGateway(allowTcx: false);

        PortInfo port = Assert.Single(old.Attach("a"));

        Assert.Equal(EgressAttachment.Clsact, port.Egress);
        old.Network.GatewayIp("link", "set", "dev", "a", "down");
        old.Network.GatewayIp("link", "set", "dev", "a", "up");
        Eventually.True(() => old.Counters("a", Abi.Hook.Egress).Packets > 0, "a frame at egress");
        Assert.Single(old.Reopen().Ports);
        Assert.Equal(["a"], old.Detach("a"));
        Assert.Null(old.Network.Run(() => new TcFilter(NetDevice.IndexOf("a"), TcDirection.Egress, 50, 0x6777).ProgramId));
    }

    [Fact]
    public void A_wire_carries_frames_and_TCP_between_its_ports()
    {
        IReadOnlyList<PortInfo> ports = _gateway.Attach("a", PortMode.Wire, "b");

        Assert.Equal([("a", "b", EgressAttachment.Devmap), ("b", "a", EgressAttachment.Devmap)], ports.Select(p => (p.Nic, p.Peer!, p.Egress)));
        _gateway.Network.ExchangeTcp(1 << 20);
        Assert.True(_gateway.Counters("a", Abi.Hook.Ingress).Packets > 10);
        Assert.True(_gateway.Counters("b", Abi.Hook.Egress).Packets > 10);
        Assert.True(_gateway.Counters("b", Abi.Hook.Ingress).Packets > 3);
        Assert.Equal(["a", "b"], _gateway.Detach("b").Order(StringComparer.Ordinal));
        Assert.Empty(_gateway.DataPlane.Ports);
        Assert.Empty(_gateway.Xdp("a").Concat(_gateway.Xdp("b")));
    }

    [Fact]
    public void Generic_XDP_is_used_only_when_asked_for()
    {
        _gateway.Attach(new PortRequest("a") { Xdp = PortXdp.Generic });

        Assert.Equal([XdpMode.Generic], _gateway.Xdp("a").Select(x => x.Mode));
    }

    [Fact]
    public void Detaching_frees_the_index_and_leaves_only_the_shared_maps()
    {
        _ = _gateway.DataPlane;
        IReadOnlyList<string> before = _gateway.Pins();
        _gateway.Attach("a");
        _gateway.Attach("b");

        Assert.Equal(["a"], _gateway.Detach("a"));
        Assert.Equal(0, _gateway.Attach("a")[0].Index);
        _gateway.Detach("b");
        _gateway.Detach("a");

        Assert.Equal(before, _gateway.Pins());
        Assert.Equal(DataPlaneErrorKind.NotFound, Assert.Throws<DataPlaneException>(() => _gateway.Detach("a")).Kind);
    }

    [Fact]
    public void Host_and_wire_ports_live_side_by_side()
    {
        _gateway.Network.GatewayIp("link", "add", "name", "c", "type", "veth", "peer", "name", "d");
        _gateway.Attach("c");
        _gateway.Attach("a", PortMode.Wire, "b");

        Assert.Equal(["c", "a", "b"], _gateway.DataPlane.Ports.Select(p => p.Nic));
        _gateway.Network.ExchangeTcp(100_000);
    }

    [Fact]
    public void A_link_that_goes_down_or_away_is_noticed()
    {
        _gateway.Attach("a");
        // Attaching XDP takes the carrier of a veth away for a moment.
        Eventually.True(() => _gateway.Network.Run(_gateway.DataPlane.RefreshLinks).Count == 0 && _gateway.DataPlane.Ports[0].Up, "the link is up");

        _gateway.Network.GatewayIp("link", "set", "dev", "a", "mtu", "1400");
        Assert.Equal(1400, Assert.Single(_gateway.Network.Run(_gateway.DataPlane.RefreshLinks)).Mtu);
        _gateway.Network.GatewayIp("link", "set", "dev", "a", "down");
        Assert.False(Assert.Single(_gateway.Network.Run(_gateway.DataPlane.RefreshLinks)).Up);
        _gateway.Network.GatewayIp("link", "delete", "dev", "a");
        Assert.True(Assert.Single(_gateway.Network.Run(_gateway.DataPlane.RefreshLinks)).Gone);
        Assert.Equal(["a"], _gateway.Detach("a"));
        Assert.Empty(_gateway.DataPlane.Ports);
    }

    [Fact]
    public void The_programs_and_the_kernel_are_described()
    {
        _gateway.Attach("a");

        DataPlaneDescription description = _gateway.DataPlane.Describe();

        Assert.Equal(["gw_xdp_ingress", "gw_tc_host"], description.Programs.Select(p => p.Name));
        Assert.All(description.Programs, p => Assert.True(p is { Nic: "a", Id: > 0, JitedBytes: > 0, VerifiedInstructions: > 100, Tag.Length: 16 }));
        Assert.Contains(description.Features, f => f is { Name: "ring-buffer", Available: true });
    }
}
