using Gateway.Bpf;

namespace Gateway.DataPlane.Tests.Ports;

/// <summary>Ports whose ingress policy runs in TC.</summary>
public sealed class WithoutXdpTests : IDisposable
{
    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TC_sees_what_comes_in_until_the_port_is_detached(bool tcx)
    {
        using var gateway = new TestGateway(allowTcx: tcx);
        _ = gateway.DataPlane;
        IReadOnlyList<string> before = gateway.Pins();

        PortInfo port = Assert.Single(gateway.Attach(Off("a")));

        Assert.Equal((PortXdp.Off, ChecksumMode.Probe, tcx ? EgressAttachment.Tcx : EgressAttachment.Clsact), (port.Xdp, port.Checksum, port.Egress));
        Assert.Empty(gateway.Xdp("a"));
        Sees(gateway, 10);
        Assert.Null(gateway.Network.Run(() => gateway.DataPlane.Probe("a")));

        Assert.Equal(port, Assert.Single(gateway.Reopen().Ports));
        Sees(gateway, 10);
        Assert.Equal(["a"], gateway.Detach("a"));
        Assert.Equal(before, gateway.Pins());
        Assert.Null(gateway.Network.Run(() => new TcFilter(NetDevice.IndexOf("a"), TcDirection.Ingress, 50, 0x6777).ProgramId));
        Assert.Single(gateway.Attach("a"));
    }

    [Fact]
    public void An_XDP_program_of_somebody_else_may_stay()
    {
        _gateway.Attach("a");
        using var other = new TestGateway();
        Assert.Equal(DataPlaneErrorKind.NotFound, other.Refused(Off("no-such")).Kind);
        Assert.Single(_gateway.Xdp("a"));
        _gateway.Detach("a");
        _gateway.Network.GatewayIp("link", "set", "dev", "a", "mtu", "9000");

        // Jumbo frames need no XDP with several buffers either.
        Assert.Equal(9000, Assert.Single(_gateway.Attach(Off("a"))).Mtu);
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        DataPlaneException wire = _gateway.Refused(Off("a") with { Mode = PortMode.Wire, Peer = "b" });
        DataPlaneException declared = _gateway.Refused(Off("a") with { Checksum = ChecksumMode.Partial });

        Assert.Equal((DataPlaneErrorKind.InvalidArgument, DataPlaneErrorKind.InvalidArgument), (wire.Kind, declared.Kind));
        Assert.Contains("host mode", wire.Message, StringComparison.Ordinal);
        Assert.Contains("leave the checksum mode", declared.Message, StringComparison.Ordinal);
        Assert.Empty(_gateway.DataPlane.Ports);
    }

    private static PortRequest Off(string nic) => new(nic) { Xdp = PortXdp.Off };

    private static void Sees(TestGateway gateway, int frames)
    {
        ulong before = gateway.Counters("a", Abi.Hook.Ingress).Packets;
        gateway.Network.SendFrom("a", frames);
        Eventually.True(() => gateway.Counters("a", Abi.Hook.Ingress).Packets >= before + (ulong)frames, "the frames at ingress");
    }
}
