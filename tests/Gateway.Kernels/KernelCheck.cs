using Gateway.Bpf;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;

namespace Gateway.Kernels;

/// <summary>What this kernel offers, takes and refuses.</summary>
internal static class KernelCheck
{
    private static readonly Dictionary<string, BpfMap> s_none = [];

    /// <summary>Reports what the gateway finds; a feature that is missing is no failure as long as the gateway can do without.</summary>
    internal static bool Features()
    {
        try
        {
            KernelFeatures.CheckKernel();
        }
        catch (DataPlaneException refusal)
        {
            Report.Write("refused", "kernel", true, refusal.Message);
            Environment.Exit(3);
        }

        foreach (KernelFeature feature in KernelFeatures.Read())
        {
            Report.Write("feature", feature.Name, feature.Available, feature.Effect);
        }

        return true;
    }

    /// <summary>Loads every packet program as a port would.</summary>
    internal static bool Loads()
    {
        var layout = new PinLayout($"{BpfFs.DefaultPath}/gwkernels");
        layout.Create();
        using SharedMaps maps = SharedMaps.Create(layout, new DataPlaneOptions { FlowEntries = 4096 });
        bool whole = Load("ingress", () => PacketPrograms.LoadIngress(0, frags: false, maps).Dispose())
            & Load("ingress with frags", () => PacketPrograms.LoadIngress(0, frags: true, maps).Dispose())
            & Load("devmap", () => PacketPrograms.LoadDevmap(0, maps).Dispose())
            & Load("TC ingress", () => PacketPrograms.LoadTc(0, Hook.Ingress, maps).Dispose())
            & Load("TC egress", () => PacketPrograms.LoadTc(0, Hook.Egress, maps).Dispose())
            & Load("operators", () => OperatorMaps.Create(ProgramImages.Embedded, 0, maps, s_none, s_none));
        Directory.Delete(layout.Root, recursive: true);
        // Without this line the machine ended before it had tried all.
        Report.Write("loaded", "every program", whole);
        return whole;
    }

    /// <summary>Loads an object that no verifier may accept.</summary>
    internal static bool Refuses(string path)
    {
        try
        {
            using BpfObjectSpec spec = BpfObjectSpec.Open(File.ReadAllBytes(path), "refused");
            using BpfObject loaded = spec.Load();
            Report.Write("refuse", Path.GetFileName(path), false, "the kernel accepted it");
            return false;
        }
        catch (BpfException refusal)
        {
            Report.Write("refuse", Path.GetFileName(path), true, Report.End(refusal.Message));
            return true;
        }
    }

    private static bool Load(string name, Action load)
    {
        try
        {
            load();
            Report.Write("load", name, true);
            return true;
        }
        catch (BpfException refusal)
        {
            Report.Write("load", name, false, Report.End($"{refusal.Message}\n{refusal.VerifierLog}"));
            return false;
        }
    }
}
