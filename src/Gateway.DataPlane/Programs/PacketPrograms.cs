using System.Reflection;
using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>The packet programs this assembly carries, and how they are loaded for a port.</summary>
internal static class PacketPrograms
{
    internal const string Ingress = "gw_xdp_ingress";
    internal const string Egress = "gw_tc_egress";
    internal const string Devmap = "gw_xdp_devmap";

    /// <summary>The redirect map of the ingress object: the one that must differ between frags and other programs.</summary>
    internal const string TransmitMap = "gw_tx";

    private const string PortIndexVariable = "gw_port_index";

    /// <summary>Opens the object that declares every map.</summary>
    internal static BpfObjectSpec OpenIngress() => Open("ingress.bpf.o");

    /// <summary>Loads the XDP program of a port.</summary>
    /// <param name="portIndex">The port.</param>
    /// <param name="frags">Whether it takes frames in several buffers.</param>
    /// <param name="maps">The shared maps.</param>
    internal static BpfProgram LoadIngress(int portIndex, bool frags, SharedMaps maps) =>
        Load(OpenIngress(), Ingress, portIndex, frags, maps);

    /// <summary>Loads the devmap program of a wire port; it never takes frags.</summary>
    internal static BpfProgram LoadDevmap(int portIndex, SharedMaps maps) =>
        Load(Open("devmap.bpf.o"), Devmap, portIndex, frags: false, maps);

    /// <summary>Loads the TC program of a host port.</summary>
    internal static BpfProgram LoadEgress(int portIndex, SharedMaps maps) =>
        Load(Open("egress.bpf.o"), Egress, portIndex, frags: false, maps);

    private static BpfObjectSpec Open(string resource)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream(resource)
            ?? throw new DataPlaneException(
                DataPlaneErrorKind.Internal, $"The packet program {resource} is not in this build: rebuild with the bpf directory present.");
        byte[] elf = new byte[stream.Length];
        stream.ReadExactly(elf);
        return BpfObjectSpec.Open(elf, "gateway");
    }

    private static BpfProgram Load(BpfObjectSpec spec, string name, int portIndex, bool frags, SharedMaps maps)
    {
        using (spec)
        {
            spec.SetVariable(PortIndexVariable, (uint)portIndex);
            foreach (BpfMapSpec map in spec.Maps.Values.Where(m => !m.IsInternal))
            {
                map.Reuse(map.Name == TransmitMap ? maps.Transmit(frags) : maps[map.Name]);
            }

            BpfProgramSpec program = spec.Program(name);
            if (frags)
            {
                program.Flags |= BpfProgramFlags.XdpHasFrags;
            }

            using BpfObject loaded = spec.Load();
            return loaded.TakeProgram(name);
        }
    }
}
