using Gateway.Bpf;

namespace Gateway.DataPlane.Tests.Ports;

public sealed class RefusalTests : IDisposable
{
    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    public static TheoryData<string, PortMode, string?, PortXdp, ChecksumMode, DataPlaneErrorKind, string> Requests => new()
    {
        { "nowhere", PortMode.Host, null, PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.NotFound, "There is no NIC 'nowhere'" },
        { "", PortMode.Host, null, PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.NotFound, "There is no NIC ''" },
        { "lo", PortMode.Host, null, PortXdp.Generic, ChecksumMode.Auto, DataPlaneErrorKind.FailedPrecondition, "'lo' is the loopback device" },
        { "taken", PortMode.Host, null, PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.AlreadyExists, "'taken' is attached already as port 0 in host mode" },
        { "a", PortMode.Wire, null, PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.InvalidArgument, "name the peer of NIC 'a'" },
        { "a", PortMode.Wire, "a", PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.InvalidArgument, "'a' cannot be its own peer" },
        { "a", PortMode.Wire, "nowhere", PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.NotFound, "There is no NIC 'nowhere'" },
        { "a", PortMode.Wire, "taken", PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.AlreadyExists, "'taken' is attached already" },
        { "a", PortMode.Host, "b", PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.InvalidArgument, "A peer ('b') is for wire mode only" },
        { "a", PortMode.Host, null, PortXdp.Generic, ChecksumMode.Probe, DataPlaneErrorKind.InvalidArgument, "probed in native XDP only" },
        { "bridge", PortMode.Host, null, PortXdp.Native, ChecksumMode.Probe, DataPlaneErrorKind.FailedPrecondition, "can be probed on veth only" },
        { "bridge", PortMode.Host, null, PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.FailedPrecondition, "has no native XDP: attach it without XDP" },
        { "a", PortMode.Wire, "bridge", PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.FailedPrecondition, "NIC 'bridge'" },
        { "big", PortMode.Wire, "a", PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.FailedPrecondition, "'big' (driver veth) refuses the XDP program with MTU 9000: lower the MTU" },
        { "foreign", PortMode.Host, null, PortXdp.Native, ChecksumMode.Auto, DataPlaneErrorKind.FailedPrecondition, "'foreign' already runs the XDP program" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public void A_port_that_cannot_be_is_refused_with_a_sentence_and_leaves_nothing(
        string nic, PortMode mode, string? peer, PortXdp xdp, ChecksumMode checksum, DataPlaneErrorKind kind, string sentence)
    {
        _gateway.Network.GatewayIp("link", "add", "name", "taken", "type", "veth", "peer", "name", "takenh");
        _gateway.Network.GatewayIp("link", "add", "mtu", "9000", "name", "big", "type", "veth", "peer", "name", "bigh", "mtu", "9000");
        _gateway.Network.GatewayIp("link", "add", "name", "foreign", "type", "veth", "peer", "name", "foreignh");
        // A bridge has no native XDP.
        _gateway.Network.GatewayIp("link", "add", "name", "bridge", "type", "bridge");
        _gateway.Attach("taken");
        uint program = Assert.Single(_gateway.Xdp("taken")).ProgramId;
        using BpfProgram other = BpfProgram.OpenById(program);
        using BpfLink link = _gateway.Network.Run(() => BpfLink.AttachXdp(other, NetDevice.IndexOf("foreign"), XdpMode.Native));
        IReadOnlyList<string> pins = _gateway.Pins();

        DataPlaneException refusal = _gateway.Refused(new PortRequest(nic) { Mode = mode, Peer = peer, Xdp = xdp, Checksum = checksum });

        Assert.Equal(kind, refusal.Kind);
        Assert.Contains(sentence, refusal.Message, StringComparison.Ordinal);
        Assert.Equal(pins, _gateway.Pins());
        Assert.Equal(["taken"], _gateway.DataPlane.Ports.Select(p => p.Nic));
        foreach (string free in (string[])["a", "b", "big", "bridge"])
        {
            Assert.Empty(_gateway.Xdp(free));
        }

        Assert.Equal([program], _gateway.Xdp("foreign").Select(x => x.ProgramId));
    }
}
