using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>Opens a port from its pins alone.</summary>
internal static class PortAdoption
{
    /// <summary>Opens all that is pinned of a port.</summary>
    /// <param name="pins">Its pins.</param>
    /// <param name="index">Its index.</param>
    /// <param name="why">Why it is not whole; empty when it is.</param>
    /// <returns>What could be opened; null when not even the record could.</returns>
    internal static ManagedPort? TryOpen(PortPins pins, int index, out string why)
    {
        PortRecord record;
        try
        {
            record = PortRecord.Read(pins.Info);
        }
        catch (Exception failure) when (failure is BpfException or InvalidDataException)
        {
            why = failure.Message;
            return null;
        }

        if (record.Index != index)
        {
            why = $"its record is that of port {record.Index}";
            return null;
        }

        var port = new ManagedPort(record, pins);
        try
        {
            bool wire = record.Mode == PortMode.Wire;
            port.IngressLink = record is { Xdp: PortXdp.Off, Egress: EgressAttachment.Clsact } ? null : BpfLink.OpenPinned(pins.IngressLink);
            port.Ingress = BpfProgram.OpenPinned(pins.Ingress);
            port.Devmap = wire ? BpfProgram.OpenPinned(pins.Devmap) : null;
            port.Egress = wire ? null : BpfProgram.OpenPinned(pins.Egress);
            port.EgressLink = record.Egress == EgressAttachment.Tcx ? BpfLink.OpenPinned(pins.EgressLink) : null;
            why = WhatIsWrong(port);
        }
        catch (BpfException failure)
        {
            why = failure.Message;
        }

        return port;
    }

    /// <summary>A port of which only the directory is known, to be removed.</summary>
    internal static ManagedPort Nameless(PortPins pins, int index) => new(
        new PortRecord(index, "", 0, PortMode.Host, null, PortXdp.Native, ChecksumMode.Auto, null, EgressAttachment.Devmap), pins);

    private static string WhatIsWrong(ManagedPort port)
    {
        PortRecord record = port.Record;
        if (port.IngressLink is { } ingress && ingress.Info.Ifindex != record.Ifindex)
        {
            return $"its ingress link is no longer on interface {record.Ifindex}";
        }

        if (port.EgressLink is { } link && link.Info.Ifindex != record.Ifindex)
        {
            return $"its TCX link is no longer on interface {record.Ifindex}";
        }

        return port.ClsactFilters.FirstOrDefault(f => f.Filter.ProgramId != f.Program!.Id) is { Filter: { } filter }
            ? $"{filter} is gone"
            : "";
    }
}
