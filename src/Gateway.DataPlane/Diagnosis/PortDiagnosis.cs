using System.Globalization;
using System.Runtime.InteropServices;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;

namespace Gateway.DataPlane;

/// <summary>A port and its NIC: what runs there, and what of the NIC stands in the way.</summary>
internal sealed class PortDiagnosis(ManagedPort port, ManagedPort? peer, SharedMaps maps, Diagnosis diagnosis)
{
    private const string Area = "port";

    private readonly PortRecord _record = port.Record;

    internal void Run()
    {
        if (port.ReadFacts() is not { } facts)
        {
            Add("nic-gone", FindingSeverity.Error, "The NIC no longer exists, or another one has its name.", $"Bring it back, or: gatewayctl port detach {_record.Nic}.");
            return;
        }

        if (facts.Name != _record.Nic)
        {
            Add(
                "nic-renamed", FindingSeverity.Warning, $"The NIC is called {facts.Name} now: its programs run on, and policies and the configuration know it as {_record.Nic}.",
                $"ip link set {facts.Name} name {_record.Nic}, or: gatewayctl port detach {_record.Nic} and gatewayctl port attach {facts.Name}.");
        }

        int before = diagnosis.Findings.Count(f => f.Severity == FindingSeverity.Error);
        CheckLink(facts);
        CheckIngress();
        CheckEgress();
        CheckTables();
        CheckOffloads(facts);
        if (diagnosis.Findings.Count(f => f.Severity == FindingSeverity.Error) == before)
        {
            CheckFrames();
        }

        Describe(facts);
    }

    private void CheckLink(NicFacts facts)
    {
        if (!facts.Up)
        {
            Add("link-down", FindingSeverity.Warning, "The NIC is down or has no carrier.", $"Check the cable or: ip link set {facts.Name} up.");
        }

        if (peer?.Facts is { } other && other.Mtu != facts.Mtu && _record.Index < peer.Record.Index)
        {
            Add(
                "wire-mtu", FindingSeverity.Warning,
                $"Its MTU is {facts.Mtu} and that of its peer {peer.Record.Nic} {other.Mtu}: larger frames are lost between them.",
                "Give both the same MTU.");
        }

        // A veth pair takes every frame.
        if (_record is { Mode: PortMode.Wire, Driver: not "veth" } && !facts.Promiscuous)
        {
            Add(
                "wire-not-promiscuous", FindingSeverity.Warning, "It is told to take frames for its own address alone, and a wire passes those for other hosts.",
                $"ip link set {facts.Name} promisc on, or until the next boot: gatewayctl doctor --repair.", () => NicFacts.SetPromiscuous(facts.Name));
        }
    }

    private void CheckIngress()
    {
        if (_record.Xdp == PortXdp.Off)
        {
            if (port.IngressLink is { } tcx)
            {
                CheckTcx(tcx, port.Ingress!, "what enters here is not seen", AttachIngress);
            }

            return;
        }

        BpfLinkInfo link = port.IngressLink!.Info;
        uint[] programs = [.. XdpAttachment.Query(_record.Ifindex).Select(a => a.ProgramId)];
        uint[] foreign = [.. programs.Where(p => p != port.Ingress!.Id)];
        if (link.Ifindex == _record.Ifindex)
        {
            if (link.ProgramId != port.Ingress!.Id)
            {
                Add(
                    "xdp-replaced", FindingSeverity.Error, $"The gateway's XDP link runs {Name(link.ProgramId)}.", "gatewayctl doctor --repair puts the gateway's program back.",
                    () => port.IngressLink.Update(port.Ingress));
                return;
            }
        }
        else if (foreign.Length == 0)
        {
            Add(
                "xdp-detached", FindingSeverity.Error, "The XDP program was detached: what enters here is not seen.", "gatewayctl doctor --repair attaches it again.",
                AttachIngress);
            return;
        }

        if (foreign.Length > 0)
        {
            Add(
                "xdp-foreign", link.Ifindex == _record.Ifindex ? FindingSeverity.Warning : FindingSeverity.Error,
                $"The NIC runs {string.Join(" and ", foreign.Select(Name))}, which is not the gateway's.",
                $"Remove it (ip link set dev {NetDevice.NameOf(_record.Ifindex) ?? _record.Nic} xdp off), then: gatewayctl doctor --repair.");
        }
    }

    private void CheckTcx(BpfLink link, BpfProgram program, string otherwise, Action attach)
    {
        BpfLinkInfo info = link.Info;
        if (info.Ifindex != _record.Ifindex)
        {
            Add("tcx-detached", FindingSeverity.Error, $"The TCX program was detached: {otherwise}.", "gatewayctl doctor --repair attaches it again.", attach);
        }
        else if (info.ProgramId != program.Id)
        {
            Add(
                "tcx-replaced", FindingSeverity.Error, $"The gateway's TCX link runs {Name(info.ProgramId)}.", "gatewayctl doctor --repair puts the gateway's program back.",
                () => link.Update(program));
        }
    }

    private void AttachIngress()
    {
        BpfLink link = PortAttachment.IngressLink(port)!;
        PinReplacement.Run(port.Pins.IngressLink, link.Pin);
        port.IngressLink!.Dispose();
        port.IngressLink = link;
    }

    private void CheckEgress()
    {
        if (port.EgressLink is { } link)
        {
            CheckTcx(link, port.Egress!, "what leaves here meets no egress policy", AttachEgress);
        }

        foreach ((TcFilter filter, BpfProgram? program) in port.ClsactFilters)
        {
            if (filter.ProgramId != program!.Id)
            {
                Add(
                    "clsact-missing", FindingSeverity.Error, $"{Sentence(filter.ToString())} is gone: packets meet no policy there.", "gatewayctl doctor --repair attaches it again.",
                    () => TcFilter.Attach(program, filter.Ifindex, filter.Direction, filter.Priority, filter.Handle));
            }
        }
    }

    private void AttachEgress()
    {
        var link = BpfLink.AttachTcx(port.Egress!, _record.Ifindex, TcDirection.Egress);
        PinReplacement.Run(port.Pins.EgressLink, link.Pin);
        port.EgressLink!.Dispose();
        port.EgressLink = link;
    }

    private void CheckTables()
    {
        Port present = maps.Ports.Lookup<uint, Port>((uint)_record.Index), wanted = port.Entry;
        if (!MemoryMarshal.AsBytes(new ReadOnlySpan<Port>(in present)).SequenceEqual(MemoryMarshal.AsBytes(new ReadOnlySpan<Port>(in wanted))))
        {
            Add(
                "port-table", FindingSeverity.Error, "Its entry in the port table (map gw_ports) is not what it should be.", "gatewayctl doctor --repair writes it again.",
                () => maps.Ports.Update((uint)_record.Index, port.Entry));
        }

        // struct bpf_devmap_val: the interface, then the program's id.
        bool listed = maps.Transmit(frags: false).TryLookup((uint)_record.Index, out ulong wire) && (uint)wire == _record.Ifindex
            && maps.Transmit(frags: true).TryLookup((uint)_record.Index, out ulong host) && (uint)host == _record.Ifindex;
        if (!listed)
        {
            Add("redirect-map", FindingSeverity.Error, "It is missing in a redirect map: frames cannot be sent there.", "gatewayctl doctor --repair enters it again.", () =>
            {
                maps.Transmit(frags: true).UpdateDevice((uint)_record.Index, (uint)_record.Ifindex);
                maps.Transmit(frags: false).UpdateDevice((uint)_record.Index, (uint)_record.Ifindex, port.Devmap);
            });
        }
    }

    private void CheckOffloads(NicFacts facts)
    {
        if (_record.Checksum == ChecksumMode.Unknown)
        {
            Add(
                "checksum-unknown", FindingSeverity.Warning, "Whether senders behind it hand over partial checksums is not known: packets are not edited.",
                $"Attach it again with --checksum complete (or partial): gatewayctl port attach {_record.Nic} --help.");
        }

        if (_record.Xdp == PortXdp.Generic)
        {
            Add("xdp-generic", FindingSeverity.Warning, "XDP runs in the stack, not in the driver: slower.", "Use a NIC whose driver has native XDP.");
        }

        if (EthtoolFacts.Read(facts.Name) is { Lro: true })
        {
            Add("lro-on", FindingSeverity.Warning, "The NIC merges received segments (LRO), which hides their options.", $"ethtool -K {facts.Name} lro off.");
        }
    }

    private void CheckFrames()
    {
        if (PortProbe.Run(port, maps) is { } fault)
        {
            Add("frames-not-counted", FindingSeverity.Error, $"{Sentence(fault)}.", "Restart gatewayd; if that does not help: gatewayctl support-bundle.");
        }
    }

    private void Describe(NicFacts facts)
    {
        EthtoolFacts? ethtool = EthtoolFacts.Read(facts.Name);
        string offloads = ethtool is null ? "" : $", offloads: {ethtool.Offloads}";
        string queues = ethtool?.Queues is int count ? string.Create(CultureInfo.InvariantCulture, $", {count} receive queue{(count == 1 ? "" : "s")}") : "";
        Add(
            "nic", FindingSeverity.Ok,
            $"Driver {_record.Driver ?? "unknown"}, XDP {Lower(_record.Xdp)}, {Lower(_record.Mode)} mode, MTU {facts.Mtu}, checksums {Lower(_record.Checksum)}{queues}{offloads}.");
    }

    private static string Sentence(string words) => $"{char.ToUpperInvariant(words[0])}{words[1..]}";

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Name(uint program)
    {
        try
        {
            using var opened = BpfProgram.OpenById(program);
            return $"program '{opened.Name}' (id {program})";
        }
        catch (BpfException)
        {
            return $"program {program}";
        }
    }

    private void Add(string code, FindingSeverity severity, string message, string advice = "", Action? cure = null) =>
        diagnosis.Add(new Finding(Area, _record.Nic, code, severity, message, advice), cure);
}
