using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>Lets packets pass a port's programs: egress first, so that no frame that entered leaves unseen.</summary>
internal static class PortAttachment
{
    /// <summary>Attaches the programs.</summary>
    /// <param name="port">The port.</param>
    /// <param name="former">The port of a data path that is being replaced: where its links can go on, they do.</param>
    /// <param name="undo">Takes how to take it back.</param>
    internal static void Run(ManagedPort port, ManagedPort? former, UndoStack undo)
    {
        PortRecord record = port.Record;
        if (former is not null && record.Egress != EgressAttachment.Tcx && former.EgressLink is not null)
        {
            former.EgressLink.Detach();
        }

        if (record.Egress == EgressAttachment.Tcx)
        {
            port.EgressLink = former?.EgressLink is { } running
                ? TakeOver(port.Egress!, running, former.Egress, port.Pins.EgressLink, undo)
                : Hold(BpfLink.AttachTcx(port.Egress!, record.Ifindex, TcDirection.Egress), "TCX egress", port.Pins.EgressLink);
        }

        foreach ((TcFilter filter, BpfProgram? program) in port.ClsactFilters)
        {
            TcFilter? running = former?.ClsactFilters.Select(f => f.Filter).FirstOrDefault(f => f == filter && f.ProgramId is not null);
            if (running is not null)
            {
                running.Replace(program!);
            }
            else
            {
                TcFilter.Attach(program!, filter.Ifindex, filter.Direction, filter.Priority, filter.Handle);
            }

            undo.Push($"detaching {filter}", () => filter.Detach());
        }

        if (former?.IngressLink is { } link && former.Record.Xdp == record.Xdp && former.Record.Egress != EgressAttachment.Clsact)
        {
            port.IngressLink = TakeOver(port.Ingress!, link, former.Ingress, port.Pins.IngressLink, undo);
            return;
        }

        // Where a NIC runs XDP otherwise, the old has to go before the new can come.
        former?.IngressLink?.Detach();
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

    /// <summary>The running link gets the new program, and a pin here beside the one it has.</summary>
    private static BpfLink TakeOver(BpfProgram program, BpfLink running, BpfProgram? former, string pin, UndoStack undo)
    {
        running.Update(program);
        if (former is not null)
        {
            undo.Push("giving a link its former program back", () => running.Update(former));
        }

        running.Pin(pin);
        undo.Push($"unpinning {pin}", () => BpfFs.Unpin(pin));
        return BpfLink.OpenPinned(pin);
    }
}
