using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>The managed NICs. Not thread-safe.</summary>
internal sealed class PortTable(PinLayout layout, SharedMaps maps, Func<ProgramImages> images, bool useTcx, Action? loaded, ILogger logger) : IDisposable
{
    private readonly SortedDictionary<int, ManagedPort> _ports = [];

    /// <summary>A data path that is being replaced; null when none is.</summary>
    internal FormerDataPath? Former { get; set; }

    internal IReadOnlyCollection<ManagedPort> Ports => _ports.Values;

    internal PortInfo Describe(ManagedPort port)
    {
        PortRecord record = port.Record;
        return new PortInfo(
            record.Index, record.Nic, record.Ifindex, record.Mode, NicOf(record.Peer), record.Xdp, record.Checksum, record.Driver,
            port.Facts?.Mtu ?? 0, record.Egress, port.Facts is { Up: true }, port.Facts is null,
            port.Facts is { } facts && facts.Name != record.Nic ? facts.Name : null);
    }

    /// <summary>The NIC of a port index; null when there is no such port.</summary>
    internal string? NicOf(int? index) => index is int i && _ports.TryGetValue(i, out ManagedPort? port) ? port.Record.Nic : null;

    internal ManagedPort? Find(string nic) => _ports.Values.FirstOrDefault(p => p.Record.Nic == nic);

    /// <summary>Attaches a NIC, or in wire mode two. On failure nothing of it stays.</summary>
    /// <param name="request">The wish.</param>
    /// <param name="fit">Runs when the ports are in this table, before packets pass them.</param>
    internal IReadOnlyList<ManagedPort> Attach(PortRequest request, Action? fit)
    {
        PortPreflight.Check(request);
        string[] nics = request.Mode == PortMode.Wire ? [request.Nic, request.Peer!] : [request.Nic];
        (NicFacts Facts, string? Driver)[] found = [.. nics.Select(nic => PortPreflight.CheckNic(nic, request, _ports.Values, Former))];
        int[] indexes = [.. Enumerable.Range(0, Limits.MaxPorts).Where(i => !_ports.ContainsKey(i)).Take(nics.Length)];
        if (indexes.Length < nics.Length)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.ResourceExhausted,
                $"{_ports.Count} of {Limits.MaxPorts} ports are attached, and {nics.Length} more do not fit: detach others first.");
        }

        EgressAttachment egress = request.Mode == PortMode.Wire ? EgressAttachment.Devmap
            : useTcx ? EgressAttachment.Tcx : EgressAttachment.Clsact;
        var attached = new List<ManagedPort>();
        var undo = new UndoStack(logger);
        try
        {
            for (int i = 0; i < nics.Length; i++)
            {
                var record = new PortRecord(
                    indexes[i], nics[i], found[i].Facts.Ifindex, request.Mode, nics.Length == 2 ? indexes[1 - i] : null,
                    request.Xdp, ChecksumDetection.Resolve(request.Checksum, found[i].Driver, request.Xdp), found[i].Driver, egress);
                var port = new ManagedPort(record, layout.Port(record.Index)) { Facts = found[i].Facts };
                attached.Add(port);
                Prepare(port, undo);
            }

            foreach (ManagedPort port in attached)
            {
                undo.Push($"taking port {port.Record.Index} off the list", () => _ports.Remove(port.Record.Index));
                _ports.Add(port.Record.Index, port);
            }

            fit?.Invoke();
            attached.ForEach(port => PortAttachment.Run(port, Former?.Find(port.Record.Ifindex), undo));

            undo.Commit();
        }
        catch (Exception failure)
        {
            undo.Run();
            attached.ForEach(p => p.Dispose());
            if (failure is BpfException refusal)
            {
                throw DataPlaneException.From(refusal);
            }

            throw;
        }

        foreach (ManagedPort port in attached)
        {
            if (Former?.Find(port.Record.Ifindex) is { } former)
            {
                Former.Forget(former);
            }

            DataPlaneLog.Attached(logger, port.Record.Nic, port.Record.Index, port.Record.Mode, port.Record.Xdp, port.Record.Egress);
        }

        return attached;
    }

    /// <summary>Detaches a NIC, in wire mode both of the pair; also when the NIC itself is gone.</summary>
    internal IReadOnlyList<ManagedPort> Detach(string nic)
    {
        ManagedPort port = Find(nic) ?? throw new DataPlaneException(
            DataPlaneErrorKind.NotFound, $"NIC '{nic}' is not attached: 'gatewayctl port list' shows those that are.");
        ManagedPort[] detached = port.Record.Peer is int peer && _ports.TryGetValue(peer, out ManagedPort? other) ? [port, other] : [port];
        Exception? failure = PortRemoval.Run(detached, maps, logger);
        foreach (ManagedPort gone in detached)
        {
            _ports.Remove(gone.Record.Index);
            DataPlaneLog.Detached(logger, gone.Record.Nic, gone.Record.Index);
        }

        return failure is null ? detached : throw new DataPlaneException(
            DataPlaneErrorKind.Internal,
            $"NIC '{nic}' was detached, but something of it is left ({failure.Message.TrimEnd('.')}): run 'gatewayd --cleanup' when it can be spared.",
            failure);
    }

    /// <summary>Reads carrier, MTU and address of every NIC again and writes the changes to the port table.</summary>
    /// <returns>The ports that changed.</returns>
    internal IReadOnlyList<ManagedPort> Refresh()
    {
        var changed = new List<ManagedPort>();
        foreach (ManagedPort port in _ports.Values)
        {
            NicFacts? facts = port.ReadFacts();
            if (facts != port.Facts)
            {
                port.Facts = facts;
                maps.Ports.Update((uint)port.Record.Index, port.Entry);
                changed.Add(port);
                DataPlaneLog.LinkChanged(logger, port.Record.Nic, facts is { Up: true }, facts?.Mtu ?? 0, facts is null);
                if (facts is not null && facts.Name != port.Record.Nic)
                {
                    DataPlaneLog.Renamed(logger, port.Record.Nic, facts.Name);
                }
            }
        }

        return changed;
    }

    /// <summary>Takes over the ports that are whole in the pins, without touching them, and removes what is left of others.</summary>
    internal void Readopt()
    {
        var whole = new Dictionary<int, ManagedPort>();
        var broken = new Dictionary<int, (ManagedPort? Port, string Why)>();
        foreach (int index in layout.PortIndexes())
        {
            ManagedPort? port = PortAdoption.TryOpen(layout.Port(index), index, out string why);
            if (why.Length == 0)
            {
                port!.Facts = port.ReadFacts();
                why = port.Facts is null ? $"NIC '{port.Record.Nic}' is gone" : "";
            }

            if (why.Length == 0)
            {
                whole.Add(index, port!);
            }
            else
            {
                broken.Add(index, (port, why));
            }
        }

        foreach (ManagedPort single in whole.Values.Where(p => p.Record.Peer is int peer && !whole.ContainsKey(peer)).ToList())
        {
            whole.Remove(single.Record.Index);
            broken.Add(single.Record.Index, (single, "its wire peer is gone"));
        }

        foreach ((int index, (ManagedPort? port, string why)) in broken)
        {
            PortRemoval.Run([port ?? PortAdoption.Nameless(layout.Port(index), index)], maps, logger);
            DataPlaneLog.PortCleaned(logger, index, why);
        }

        foreach (ManagedPort port in whole.Values)
        {
            _ports.Add(port.Record.Index, port);
        }
    }

    public void Dispose()
    {
        foreach (ManagedPort port in _ports.Values)
        {
            port.Dispose();
        }

        _ports.Clear();
    }

    /// <summary>Everything but what packets pass.</summary>
    private void Prepare(ManagedPort port, UndoStack undo)
    {
        PortRecord record = port.Record;
        uint index = (uint)record.Index;
        Directory.CreateDirectory(port.Pins.Directory);
        undo.Push($"removing {port.Pins.Directory}", () => Directory.Delete(port.Pins.Directory));
        record.Pin(port.Pins.Info);
        undo.Push($"unpinning {port.Pins.Info}", () => BpfFs.Unpin(port.Pins.Info));

        maps.ZeroPortStats(record.Index);
        maps.Ports.Update(index, port.Entry);
        undo.Push($"emptying entry {index} of the port table", () => maps.Ports.Update(index, default(Port)));

        port.Ingress = record.Xdp == PortXdp.Off
            ? PacketPrograms.LoadTc(record.Index, Hook.Ingress, maps, images())
            : PacketPrograms.LoadIngress(record.Index, record.Mode == PortMode.Host, maps, images());
        PinProgram(port.Ingress, port.Pins.Ingress, undo);
        if (record.Mode == PortMode.Wire)
        {
            port.Devmap = PacketPrograms.LoadDevmap(record.Index, maps, images());
            PinProgram(port.Devmap, port.Pins.Devmap, undo);
        }
        else
        {
            port.Egress = PacketPrograms.LoadTc(record.Index, Hook.Egress, maps, images());
            PinProgram(port.Egress, port.Pins.Egress, undo);
        }

        undo.Push($"taking port {index} out of the redirect maps", () => maps.RemoveDevice(record.Index));
        maps.Transmit(frags: true).UpdateDevice(index, (uint)record.Ifindex);
        maps.Transmit(frags: false).UpdateDevice(index, (uint)record.Ifindex, port.Devmap);
    }

    private void PinProgram(BpfProgram program, string path, UndoStack undo)
    {
        loaded?.Invoke();
        program.Pin(path);
        undo.Push($"unpinning {path}", () => BpfFs.Unpin(path));
    }
}
