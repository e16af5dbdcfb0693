using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Cli.Tests;

/// <summary>A wire pair; knows no NIC called "nosuch", lets nobody detach "locked".</summary>
internal sealed class CannedPorts : PortServiceBase
{
    public List<Port> Ports { get; } =
    [
        new Port
        {
            Nic = "wan0", Ifindex = 3, Index = 0, Mode = PortMode.Wire, Peer = "lan0", Xdp = XdpMode.Native, Checksum = ChecksumMode.Complete,
            Driver = "ixgbe", Mtu = 1500, Link = LinkState.Up, EgressAttachment = "devmap",
            Ingress = new PortHookCounters { Packets = 1234567, Bytes = 987654321 }, Egress = new PortHookCounters { Packets = 5, Bytes = 300 },
        },
        new Port
        {
            Nic = "lan0", Ifindex = 4, Index = 1, Mode = PortMode.Wire, Peer = "wan0", Xdp = XdpMode.Generic, Checksum = ChecksumMode.Probe,
            Driver = "veth", Mtu = 9000, Link = LinkState.Gone, EgressAttachment = "devmap",
        },
    ];

    public AttachPortRequest? LastAttach { get; private set; }

    public override Task<AttachPortResponse> Attach(AttachPortRequest request, ServerCallContext context)
    {
        LastAttach = request;
        return request.Nic == "nosuch"
            ? throw new RpcException(new Status(StatusCode.NotFound, "there is no NIC nosuch: see ip link"))
            : Task.FromResult(new AttachPortResponse { Ports = { Ports } });
    }

    public override Task<DetachPortResponse> Detach(DetachPortRequest request, ServerCallContext context) => request.Nic == "locked"
        ? throw new RpcException(new Status(StatusCode.PermissionDenied, "detaching ports takes the role operator"))
        : Task.FromResult(new DetachPortResponse { Nics = { request.Nic, "lan0" } });

    public override Task<ListPortsResponse> List(ListPortsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListPortsResponse { Ports = { Ports } });
}
