using Gateway.Daemon.Policies;
using Gateway.Daemon.Telemetry;
using Gateway.DataPlane;
using Gateway.Rpc;
using Gateway.V1;
using Hook = Gateway.DataPlane.Abi.Hook;
using PortMode = Gateway.DataPlane.PortMode;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.PortService.</summary>
internal sealed class PortService(PolicyControl control, KernelDataPlane dataPlane, EventFeed feed) : PortServiceBase
{
    public override Task<AttachPortResponse> Attach(AttachPortRequest request, ServerCallContext context)
    {
        if (request.Nic.Length == 0)
        {
            throw ServiceErrors.InvalidArgument("nic", "The name of the NIC is missing: set nic.");
        }

        if (request.Mode != V1.PortMode.Wire && request.Peer.Length > 0)
        {
            throw ServiceErrors.InvalidArgument("peer", "A peer belongs to wire mode: set mode to PORT_MODE_WIRE or leave peer out.");
        }

        IReadOnlyList<PortInfo> attached = control.Attach(new PortRequest(request.Nic)
        {
            Mode = request.Mode switch
            {
                V1.PortMode.Unspecified or V1.PortMode.Host => PortMode.Host,
                V1.PortMode.Wire => PortMode.Wire,
                _ => throw ServiceErrors.InvalidArgument("mode", "The mode is not known: set PORT_MODE_HOST or PORT_MODE_WIRE."),
            },
            Peer = request.Peer.Length == 0 ? null : request.Peer,
            Xdp = request.Xdp switch
            {
                XdpMode.Unspecified or XdpMode.Native => PortXdp.Native,
                XdpMode.Generic => PortXdp.Generic,
                XdpMode.Off => PortXdp.Off,
                _ => throw ServiceErrors.InvalidArgument("xdp", "The XDP mode is not known: set XDP_MODE_NATIVE, XDP_MODE_GENERIC or XDP_MODE_OFF."),
            },
            Checksum = request.Checksum switch
            {
                V1.ChecksumMode.Unspecified => DataPlane.ChecksumMode.Auto,
                V1.ChecksumMode.Complete => DataPlane.ChecksumMode.Complete,
                V1.ChecksumMode.Partial => DataPlane.ChecksumMode.Partial,
                V1.ChecksumMode.Probe => DataPlane.ChecksumMode.Probe,
                _ => throw ServiceErrors.InvalidArgument("checksum", "The checksum mode is not known: leave it out to have it chosen."),
            },
        });
        feed.PortsChanged();
        return Task.FromResult(new AttachPortResponse { Ports = { attached.Select(p => Of(p, [])) } });
    }

    public override Task<DetachPortResponse> Detach(DetachPortRequest request, ServerCallContext context)
    {
        var response = new DetachPortResponse { Nics = { control.Detach(request.Nic) } };
        feed.PortsChanged();
        return Task.FromResult(response);
    }

    public override Task<ListPortsResponse> List(ListPortsRequest request, ServerCallContext context)
    {
        IReadOnlyList<DataPlane.PortHookCounters> counters = ServiceErrors.Run(dataPlane.ReadCounters).Ports;
        return Task.FromResult(new ListPortsResponse { Ports = { dataPlane.Ports.Select(p => Of(p, counters)) } });
    }

    private static Port Of(PortInfo port, IReadOnlyList<DataPlane.PortHookCounters> counters) => new()
    {
        Nic = port.Nic,
        Ifindex = (uint)port.Ifindex,
        Index = (uint)port.Index,
        Mode = port.Mode == PortMode.Wire ? V1.PortMode.Wire : V1.PortMode.Host,
        Peer = port.Peer ?? "",
        Xdp = port.Xdp switch
        {
            PortXdp.Generic => XdpMode.Generic,
            PortXdp.Off => XdpMode.Off,
            _ => XdpMode.Native,
        },
        Checksum = port.Checksum switch
        {
            DataPlane.ChecksumMode.Complete => V1.ChecksumMode.Complete,
            DataPlane.ChecksumMode.Partial => V1.ChecksumMode.Partial,
            DataPlane.ChecksumMode.Probe => V1.ChecksumMode.Probe,
            _ => V1.ChecksumMode.Unknown,
        },
        Driver = port.Driver ?? "",
        Mtu = (uint)port.Mtu,
        EgressAttachment = port.Egress switch
        {
            EgressAttachment.Tcx => "tcx",
            EgressAttachment.Clsact => "clsact",
            _ => "devmap",
        },
        Link = port.Gone ? LinkState.Gone : port.Up ? LinkState.Up : LinkState.Down,
        RenamedTo = port.RenamedTo ?? "",
        Ingress = Of(port.Nic, Hook.Ingress, counters),
        Egress = Of(port.Nic, Hook.Egress, counters),
    };

    private static V1.PortHookCounters Of(string nic, Hook hook, IReadOnlyList<DataPlane.PortHookCounters> counters)
    {
        DataPlane.PortHookCounters? found = counters.FirstOrDefault(c => c.Nic == nic && c.Hook == hook);
        return new V1.PortHookCounters { Packets = found?.Packets ?? 0, Bytes = found?.Bytes ?? 0 };
    }
}
