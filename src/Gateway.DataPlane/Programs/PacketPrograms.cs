using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>The packet programs this assembly carries, and how they are loaded for a port.</summary>
internal static class PacketPrograms
{
    internal const string Ingress = "gw_xdp_ingress";
    internal const string Tc = "gw_tc_host";
    internal const string Devmap = "gw_xdp_devmap";

    /// <summary>The redirect map of the ingress object: the one that must differ between frags and other programs.</summary>
    internal const string TransmitMap = "gw_tx";

    private const string PortIndexVariable = "gw_port_index";
    private const string HookVariable = "gw_hook";
    private const string VethSkbVariable = "gw_veth_skb";

    /// <summary>Opens the object that declares every map.</summary>
    /// <param name="images">Null: without operators.</param>
    internal static BpfObjectSpec OpenIngress(ProgramImages? images = null) => Open((images ?? ProgramImages.Embedded).Ingress);

    /// <summary>Loads the XDP program of a port.</summary>
    /// <param name="portIndex">The port.</param>
    /// <param name="frags">Whether it takes frames in several buffers.</param>
    /// <param name="maps">The shared maps.</param>
    /// <param name="images">Null: without operators.</param>
    internal static BpfProgram LoadIngress(int portIndex, bool frags, SharedMaps maps, ProgramImages? images = null) =>
        Load(OpenIngress(images), Ingress, portIndex, frags, maps, images);

    /// <summary>Loads the devmap program of a wire port; it never takes frags.</summary>
    internal static BpfProgram LoadDevmap(int portIndex, SharedMaps maps, ProgramImages? images = null) =>
        Load(Open((images ?? ProgramImages.Embedded).Devmap), Devmap, portIndex, frags: false, maps, images);

    /// <summary>Loads the devmap program for test runs, which the kernel refuses for programs of a devmap: as a plain XDP program.</summary>
    internal static BpfProgram LoadDevmapForTestRuns(int portIndex, SharedMaps maps, ProgramImages? images = null)
    {
        BpfObjectSpec spec = Open((images ?? ProgramImages.Embedded).Devmap);
        spec.Program(Devmap).ExpectedAttachType = BpfAttachType.Xdp;
        return Load(spec, Devmap, portIndex, frags: false, maps, images);
    }

    /// <summary>Loads the TC program of a host port for one of its hooks.</summary>
    internal static BpfProgram LoadTc(int portIndex, Hook hook, SharedMaps maps, ProgramImages? images = null)
    {
        BpfObjectSpec spec = Open((images ?? ProgramImages.Embedded).Tc);
        spec.SetVariable(HookVariable, (uint)hook);
        return Load(spec, Tc, portIndex, frags: false, maps, images);
    }

    /// <summary>Opens the object whose program only calls operators.</summary>
    /// <param name="images">With the operators.</param>
    internal static BpfObjectSpec OpenOperators(ProgramImages images) => Open(images.Operators);

    private static BpfObjectSpec Open(byte[] image) => BpfObjectSpec.Open(image, "gateway");

    private static BpfProgram Load(BpfObjectSpec spec, string name, int portIndex, bool frags, SharedMaps maps, ProgramImages? images)
    {
        using (spec)
        {
            spec.SetVariable(PortIndexVariable, (uint)portIndex);
            if (name == Ingress)
            {
                spec.SetVariable(VethSkbVariable, VethBuffer.SkbOffset);
            }

            foreach (BpfMapSpec map in spec.Maps.Values.Where(m => !m.IsInternal))
            {
                map.Reuse(map.Name == TransmitMap ? maps.Transmit(frags)
                    : images?.Maps.GetValueOrDefault(map.Name) ?? maps[map.Name]);
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
