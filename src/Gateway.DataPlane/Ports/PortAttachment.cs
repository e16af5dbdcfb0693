using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>Lets packets pass a port's programs: egress first, so that no frame that entered leaves unseen.</summary>
internal static class PortAttachment
{
    internal static void Run(ManagedPort port, UndoStack undo)
    {
        PortRecord record = port.Record;
        if (record.Egress == EgressAttachment.Tcx)
        {
            port.EgressLink = Hold(BpfLink.AttachTcx(port.Egress!, record.Ifindex, TcDirection.Egress), "TCX egress", port.Pins.EgressLink);
        }

        foreach ((TcFilter filter, BpfProgram? program) in port.ClsactFilters)
        {
            TcFilter.Attach(program!, filter.Ifindex, filter.Direction, filter.Priority, filter.Handle);
            undo.Push($"detaching {filter}", () => filter.Detach());
        }

        if (IngressLink(port) is { } ingress)
        {
            port.IngressLink = Hold(ingress, record.Xdp == PortXdp.Off ? "TCX ingress" : "XDP", port.Pins.IngressLink);
        }

        BpfLink Hold(BpfLink link, string what, string pin)
        {
            undo.Push($"detaching {what} of {record.Nic}", link.Detach);
            link.Pin(pin);
            undo.Push($"unpinning {pin}", () => BpfFs.Unpin(pin));
            return link;
        }
    }

    /// <summary>A new link that runs the port's ingress program; null where a clsact filter does.</summary>
    internal static BpfLink? IngressLink(ManagedPort port)
    {
        PortRecord record = port.Record;
        if (record.Xdp == PortXdp.Off)
        {
            return record.Egress == EgressAttachment.Tcx ? BpfLink.AttachTcx(port.Ingress!, record.Ifindex, TcDirection.Ingress) : null;
        }

        try
        {
            return BpfLink.AttachXdp(port.Ingress!, record.Ifindex, record.Xdp == PortXdp.Native ? XdpMode.Native : XdpMode.Generic);
        }
        catch (BpfException refusal)
        {
            throw PortPreflight.Explain(refusal, port);
        }
    }
}
