using System.Reflection;
using System.Runtime.InteropServices;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;

namespace Gateway.Benchmarks.Packets;

/// <summary>The programs of this project: empty ones, and those that put a packet back before each run.</summary>
internal static class BenchmarkPrograms
{
    private const string TargetMap = "bench_target";

    internal static BpfObjectSpec Open(string name)
    {
        using Stream stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{name}.bpf.o")
            ?? throw new InvalidOperationException($"No embedded program {name}.bpf.o: build again.");
        byte[] elf = new byte[stream.Length];
        stream.ReadExactly(elf);
        return BpfObjectSpec.Open(elf, name);
    }

    /// <summary>Loads the program that puts the frame's TCP header and the bench's only flow back, then runs the target.</summary>
    internal static BpfObject LoadRestore(PacketBench bench, byte[] frame, int transportOffset, FlowResets resets, BpfProgram target)
    {
        using BpfObjectSpec spec = Open("restore");
        foreach (BpfMapSpec map in spec.Maps.Values.Where(m => !m.IsInternal && m.Name != TargetMap))
        {
            map.Reuse(bench.Maps[map.Name]);
        }

        string name = RestoreProgram(target.Info.Type);
        foreach (BpfProgramSpec program in spec.Programs.Values)
        {
            program.AutoLoad = program.Name == name;
        }

        spec.SetVariable("bench_header", frame.AsSpan(transportOffset, 60));
        spec.SetVariable("bench_offset", (uint)transportOffset);
        if (resets != FlowResets.None)
        {
            spec.SetVariable("bench_resets", (uint)resets);
            SetKey(spec, bench);
        }

        BpfObject loaded = spec.Load();
        loaded.Map(TargetMap).UpdateProgram(0u, target);
        return loaded;
    }

    internal static string RestoreProgram(BpfProgramType type) => type == BpfProgramType.Xdp ? "restore_xdp" : "restore_tc";

    private static void SetKey(BpfObjectSpec spec, PacketBench bench)
    {
        FlowKey4[] four = [.. bench.Maps.Flows4.Keys<FlowKey4>()];
        FlowKey6[] six = [.. bench.Maps.Flows6.Keys<FlowKey6>()];
        if (four.Length + six.Length != 1)
        {
            throw new InvalidOperationException($"One flow is to be put back, there are {four.Length + six.Length}.");
        }

        spec.SetVariable("bench_family", four.Length == 1 ? 4u : 6u);
        spec.SetVariable("bench_key4", MemoryMarshal.AsBytes<FlowKey4>(four.Length == 1 ? four : new FlowKey4[1]));
        spec.SetVariable("bench_key6", MemoryMarshal.AsBytes<FlowKey6>(six.Length == 1 ? six : new FlowKey6[1]));
    }
}
