using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>The maps all packet programs share: created and pinned once, opened from their pins ever after.</summary>
internal sealed class SharedMaps : IDisposable
{
    private const string TransmitHost = "gw_tx_host";
    private const string TransmitWire = "gw_tx_wire";

    private readonly Dictionary<string, BpfMap> _maps = new(StringComparer.Ordinal);

    internal BpfMap Control => this["gw_control"];

    internal BpfMap Generations => this["gw_generations"];

    internal BpfMap Ports => this["gw_ports"];

    internal BpfMap PortCounters => this["gw_port_stats"];

    internal BpfMap ChainCounters => this["gw_chain_stats"];

    internal BpfMap StepCounters => this["gw_step_stats"];

    internal BpfMap Flows4 => this["gw_flows4"];

    internal BpfMap Flows6 => this["gw_flows6"];

    internal BpfMap Events => this["gw_events"];

    internal BpfMap Captures => this["gw_captures"];

    /// <summary>All of them, by the name of their pin.</summary>
    internal IEnumerable<(string Name, BpfMap Map)> All => _maps.Select(m => (m.Key, m.Value));

    internal BpfMap this[string name] => _maps.TryGetValue(name, out BpfMap? map)
        ? map
        : throw new DataPlaneException(DataPlaneErrorKind.Internal, $"No shared map is called {name}: rebuild all packet programs together.");

    /// <summary>The redirect map: a devmap belongs to programs with frags or to programs without.</summary>
    internal BpfMap Transmit(bool frags) => this[frags ? TransmitHost : TransmitWire];

    /// <summary>Creates and pins all of them.</summary>
    internal static SharedMaps Create(PinLayout layout, DataPlaneOptions options)
    {
        var maps = new SharedMaps();
        try
        {
            using BpfObjectSpec spec = PacketPrograms.OpenIngress();
            foreach (BpfProgramSpec program in spec.Programs.Values)
            {
                program.AutoLoad = false;
            }

            spec.Map("gw_flows4").MaxEntries = options.FlowEntries;
            spec.Map("gw_flows6").MaxEntries = options.FlowEntries;
            spec.Map("gw_tokens").MaxEntries = options.ConnectionEntries;
            spec.Map("gw_connections").MaxEntries = options.ConnectionEntries;
            // A rewritten flow has an entry for each side; IPv4 and IPv6 share the table.
            spec.Map("gw_rewrites").MaxEntries = options.FlowEntries;
            spec.Map("gw_rates").MaxEntries = options.ConnectionEntries;
            spec.Map("gw_stored").MaxEntries = options.StoredOptionEntries;
            spec.Map("gw_events").MaxEntries = options.EventBytes;
            List<string> names = SharedNames(spec);
            using (BpfObject created = spec.Load())
            {
                foreach (string name in names)
                {
                    created.Map(name).Pin(layout.Map(name));
                }
            }

            foreach (string name in names)
            {
                maps._maps.Add(name, BpfMap.OpenPinned(layout.Map(name)));
            }

            foreach (string name in (string[])[TransmitHost, TransmitWire])
            {
                BpfMap map = BpfMap.Create(BpfMapType.Devmap, name, sizeof(uint), 2 * sizeof(uint), Limits.MaxPorts);
                maps._maps.Add(name, map);
                map.Pin(layout.Map(name));
            }

            return maps;
        }
        catch
        {
            maps.Dispose();
            throw;
        }
    }

    /// <summary>Opens all of them from their pins.</summary>
    /// <exception cref="DataPlaneException">FailedPrecondition: one is missing or has another shape.</exception>
    internal static SharedMaps Open(PinLayout layout)
    {
        var maps = new SharedMaps();
        try
        {
            using BpfObjectSpec spec = PacketPrograms.OpenIngress();
            foreach (string name in SharedNames(spec))
            {
                BpfMap map = maps.OpenPin(layout, name);
                BpfMapSpec declared = spec.Map(name);
                if (map.Type != declared.Type || map.KeySize != declared.KeySize || map.ValueSize != declared.ValueSize)
                {
                    throw Damaged(layout, $"the pinned map {name} has another shape than this build's");
                }
            }

            maps.OpenPin(layout, TransmitHost);
            maps.OpenPin(layout, TransmitWire);
            return maps;
        }
        catch (BpfException failure) when (failure.Errno is Errno.ENOENT or Errno.EINVAL)
        {
            maps.Dispose();
            throw Damaged(layout, failure.Message);
        }
        catch
        {
            maps.Dispose();
            throw;
        }
    }

    /// <summary>Sets a port's counters of both hooks to zero.</summary>
    internal void ZeroPortStats(int index)
    {
        var zero = new PortStats[BpfMap.PossibleCpus];
        for (uint hook = 0; hook < 2; hook++)
        {
            PortCounters.UpdatePerCpu<uint, PortStats>(((uint)index * 2) + hook, zero);
        }
    }

    /// <summary>Takes a port out of both redirect maps.</summary>
    internal void RemoveDevice(int index)
    {
        Transmit(frags: true).Delete((uint)index);
        Transmit(frags: false).Delete((uint)index);
    }

    public void Dispose()
    {
        foreach (BpfMap map in _maps.Values)
        {
            map.Dispose();
        }
    }

    private static DataPlaneException Damaged(PinLayout layout, string what) => new(
        DataPlaneErrorKind.FailedPrecondition,
        $"The pinned state in {layout.Root} is damaged ({what.TrimEnd('.')}): run 'gatewayd --cleanup' and start again.");

    private static List<string> SharedNames(BpfObjectSpec spec) =>
        [.. spec.Maps.Values.Where(m => !m.IsInternal && m.Name != PacketPrograms.TransmitMap).Select(m => m.Name)];

    private BpfMap OpenPin(PinLayout layout, string name)
    {
        BpfMap map = BpfMap.OpenPinned(layout.Map(name));
        _maps.Add(name, map);
        return map;
    }
}
