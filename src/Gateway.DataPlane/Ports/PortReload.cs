using System.Runtime.ExceptionServices;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>
/// New programs for every port: all are loaded, and so verified, before the first one runs; then each link changes over
/// in one step, so that every packet meets the old or the new program. Flows, counters and policies stay, as the maps do.
/// </summary>
internal sealed class PortReload : IDisposable
{
    private readonly List<Replacement> _replacements = [];
    private readonly SharedMaps _maps;

    private PortReload(SharedMaps maps) => _maps = maps;

    /// <summary>Loads the programs. Nothing runs them yet.</summary>
    /// <exception cref="BpfException">The verifier refused one; carries its log.</exception>
    internal static PortReload Load(IReadOnlyCollection<ManagedPort> ports, SharedMaps maps, ProgramImages images)
    {
        var reload = new PortReload(maps);
        try
        {
            // Of each kind one at first: a refusal need not be heard for every port. A kind that no port runs now may be wanted by the next.
            Replacement[] all = [.. ports.Select(port => new Replacement(port))];
            reload._replacements.AddRange(all);
            Replacement? host = all.FirstOrDefault(r => r.Port.Record.Mode == PortMode.Host);
            Replacement? wire = all.FirstOrDefault(r => r.Port.Record.Mode == PortMode.Wire);
            Parallel(
            [
                .. host is null ? Trials(PortMode.Host, maps, images) : Loads(host, maps, images),
                .. wire is null ? Trials(PortMode.Wire, maps, images) : Loads(wire, maps, images),
            ]);
            Parallel([.. all.Where(r => r != host && r != wire).SelectMany(next => Loads(next, maps, images))]);
            return reload;
        }
        catch
        {
            reload.Dispose();
            throw;
        }
    }

    /// <summary>Changes over. What was done is pushed on the undo stack.</summary>
    internal void Swap(UndoStack undo)
    {
        foreach (Replacement next in _replacements)
        {
            ManagedPort port = next.Port;
            undo.Push($"giving port {port.Record.Nic} its programs back", () => Run(port, port.Ingress!, port.Egress, port.Devmap));
            Run(port, next.Ingress!, next.Egress, next.Devmap);
        }
    }

    /// <summary>The new programs are the ports' now; the old ones are closed.</summary>
    internal void Commit()
    {
        foreach (Replacement next in _replacements)
        {
            (next.Port.Ingress, next.Ingress) = (next.Ingress, next.Port.Ingress);
            (next.Port.Egress, next.Egress) = (next.Egress, next.Port.Egress);
            (next.Port.Devmap, next.Devmap) = (next.Devmap, next.Port.Devmap);
        }
    }

    public void Dispose()
    {
        foreach (Replacement replacement in _replacements)
        {
            replacement.Ingress?.Dispose();
            replacement.Egress?.Dispose();
            replacement.Devmap?.Dispose();
        }
    }

    private static IEnumerable<Action> Trials(PortMode mode, SharedMaps maps, ProgramImages images) => mode == PortMode.Wire
        ? [() => PacketPrograms.LoadDevmap(0, maps, images).Dispose()]
        :
        [
            () => PacketPrograms.LoadIngress(0, frags: true, maps, images).Dispose(),
            () => PacketPrograms.LoadTc(0, Hook.Egress, maps, images).Dispose(),
        ];

    private static IEnumerable<Action> Loads(Replacement next, SharedMaps maps, ProgramImages images)
    {
        int index = next.Port.Record.Index;
        bool wire = next.Port.Record.Mode == PortMode.Wire;
        return
        [
            next.Port.Record.Xdp == PortXdp.Off ? () => next.Ingress = PacketPrograms.LoadTc(index, Hook.Ingress, maps, images)
                : () => next.Ingress = PacketPrograms.LoadIngress(index, frags: !wire, maps, images),
            wire ? () => next.Devmap = PacketPrograms.LoadDevmap(index, maps, images)
                : () => next.Egress = PacketPrograms.LoadTc(index, Hook.Egress, maps, images),
        ];
    }

    /// <summary>Verifying takes seconds of one processor each.</summary>
    private static void Parallel(Action[] loads)
    {
        try
        {
            System.Threading.Tasks.Parallel.Invoke(loads);
        }
        catch (AggregateException failures)
        {
            ExceptionDispatchInfo.Throw(failures.InnerExceptions[0]);
        }
    }

    private void Run(ManagedPort port, BpfProgram ingress, BpfProgram? egress, BpfProgram? devmap)
    {
        PortRecord record = port.Record;
        if (devmap is not null)
        {
            _maps.Transmit(frags: false).UpdateDevice((uint)record.Index, (uint)record.Ifindex, devmap);
            PinReplacement.Run(port.Pins.Devmap, devmap.Pin);
        }

        if (egress is not null)
        {
            port.EgressLink?.Update(egress);
            PinReplacement.Run(port.Pins.Egress, egress.Pin);
        }

        foreach ((TcFilter filter, _) in port.ClsactFilters)
        {
            filter.Replace(filter.Direction == TcDirection.Egress ? egress! : ingress);
        }

        port.IngressLink?.Update(ingress);
        PinReplacement.Run(port.Pins.Ingress, ingress.Pin);
    }

    private sealed class Replacement(ManagedPort port)
    {
        internal ManagedPort Port { get; } = port;

        internal BpfProgram? Ingress { get; set; }

        internal BpfProgram? Egress { get; set; }

        internal BpfProgram? Devmap { get; set; }
    }
}
