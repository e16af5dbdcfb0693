using System.Net;
using System.Runtime.InteropServices;
using Gateway.Benchmarks.Results;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Policy;
using Hook = Gateway.DataPlane.Abi.Hook;

namespace Gateway.Benchmarks.Packets;

/// <summary>
/// Packets of as many flows as there are exact rules, in random order, through the packet programs; the floor is the bare
/// look-up in the same flow table, in an order as random. What it costs to make the packets, measured with an empty program,
/// is taken off both.
/// </summary>
internal sealed class RandomFlowBenchmark : IBenchmark
{
    private const string Id = "rules_1m_random";

    private static readonly Evidence[] s_evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)];

    public IReadOnlyList<string> Ids { get; } = [Id];

    public Task RunAsync(BenchmarkRun run)
    {
        int flows = run.Pick(1_000_000, 20_000);
        foreach (Hook hook in (Hook[])[Hook.Ingress, Hook.Egress])
        {
            foreach ((string family, Conversation conversation) in ((string, Conversation)[])[("v4", new Conversation()), ("v6", Conversation.V6)])
            {
                string name = $"{(hook == Hook.Ingress ? "xdp" : "tc")}/{family}/{Id}";
                run.Measure(name, () => Measure(name, hook, conversation, flows, run.Pick(7, 2)));
            }
        }

        return Task.CompletedTask;
    }

    private static CaseResult Measure(string name, Hook hook, Conversation conversation, int count, int rounds)
    {
        bool four = conversation == new Conversation();
        byte[] frame = conversation.Data(bytes: PacketCases.Payload);

        // A table of the kernel's least recently used begins to forget before it is full.
        using var bench = new PacketBench((uint)count * 3 / 2);
        IPAddress[] clients = [.. Enumerable.Range(0, count).Select(i => IPAddress.Parse(Client(four, i)))];
        Apply(bench, conversation, clients);
        new Random(1).Shuffle(clients);
        RandomFlow[] sequence = [.. clients.Select(client => RandomFlow.Of(frame, client, conversation.ClientPort))];

        string kind = hook == Hook.Ingress ? "xdp" : "tc";
        using BpfObject programs = Load(bench, kind, four, count);
        BpfProgram random = programs.Program($"random_{kind}");
        BpfMap target = programs.Map("bench_target"), entries = programs.Map("bench_flows");
        uint[] places = [.. Enumerable.Range(0, count).Select(i => (uint)i)];
        entries.UpdateBatch<uint, RandomFlow>(places, sequence);
        BpfProgram gateway = bench.Program(hook == Hook.Ingress ? BenchProgram.XdpIngress : BenchProgram.TcEgress, BenchPort.Host);
        using BpfObjectSpec floors = BenchmarkPrograms.Open("floor");
        using BpfObject empty = floors.Load();

        // Each flow once: from now on all are known and classified.
        Batch(gateway);
        LookForAll(bench, four, sequence);
        entries.UpdateBatch<uint, RandomFlow>(places, sequence);

        double[] values = new double[rounds], lookUps = new double[rounds];
        for (int round = 0; round < rounds; round++)
        {
            double making = Batch(empty.Program($"floor_{kind}"));
            lookUps[round] = Batch(programs.Program($"look_up_{kind}")) - making;
            ulong[] before = [.. s_evidence.Select(e => e.Count(bench, hook))];
            values[round] = Batch(gateway) - making;
            for (int i = 0; i < before.Length; i++)
            {
                ulong grown = s_evidence[i].Count(bench, hook) - before[i];
                Require(grown == (ulong)count, $"{s_evidence[i].What} grew by {grown} in {count} runs");
            }
        }

        return CaseResult.Above(name, "ns", values, lookUps, CaseTarget.RatioBelow(0.2));

        double Batch(BpfProgram program)
        {
            target.UpdateProgram(0u, program);
            TestRunResult result = random.TestRun(frame, new TestRunOptions { Repeat = count });
            Require(result.ReturnValue == (hook == Hook.Ingress ? PacketRun.XdpPass : PacketRun.TcUnspecified), $"a run returned {result.ReturnValue}");
            new PacketRun(frame, result.ReturnValue, result.DataOut).WithChecksums();
            return result.Duration;
        }
    }

    private static string Client(bool four, int i) =>
        four ? $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}" : $"2001:db8:77::{i >> 16:x}:{i & 0xffff:x}";

    /// <summary>An exact rule for each client.</summary>
    private static void Apply(PacketBench bench, Conversation conversation, IPAddress[] clients)
    {
        var server = IpPrefix.Parse(conversation.Server);
        var subflows = new Selector[clients.Length];
        for (int i = 0; i < subflows.Length; i++)
        {
            subflows[i] = new SubflowSelector(IpPrefix.Parse(clients[i].ToString()), conversation.ClientPort, server, conversation.ServerPort);
        }

        Policy.Chain chain = new(PacketCase.Chain, 1, Hooks.Ingress | Hooks.Egress, [], new AnySelector([.. subflows]), [new CountActor()]);
        PolicyLoadResult loaded = PolicyLoader.Load(new PolicyDocument("bench", [chain]), PacketBench.Ports, CompilerLimits.Default);
        bench.Apply(
            loaded.Compiled ?? throw new InvalidOperationException($"{clients.Length} rules do not compile: {loaded.Errors[0]}"), "# built without text");
    }

    private static BpfObject Load(PacketBench bench, string kind, bool four, int count)
    {
        using BpfObjectSpec spec = BenchmarkPrograms.Open("random");
        foreach (BpfMapSpec map in spec.Maps.Values.Where(m => !m.IsInternal && m.Name.StartsWith("gw_", StringComparison.Ordinal)))
        {
            map.Reuse(bench.Maps[map.Name]);
        }

        // The array of targets belongs to programs of one type.
        foreach (BpfProgramSpec program in spec.Programs.Values)
        {
            program.AutoLoad = program.Name.EndsWith($"_{kind}", StringComparison.Ordinal);
        }

        spec.Map("bench_flows").MaxEntries = (uint)count;
        spec.SetVariable("bench_family", four ? 4u : 6u);
        spec.SetVariable("bench_count", (uint)count);
        return spec.Load();
    }

    private static void LookForAll(PacketBench bench, bool four, RandomFlow[] sequence)
    {
        if (four)
        {
            LookFor<FlowKey4>([.. bench.Maps.Flows4.Keys<FlowKey4>()], sequence);
        }
        else
        {
            LookFor<FlowKey6>([.. bench.Maps.Flows6.Keys<FlowKey6>()], sequence);
        }
    }

    private static void LookFor<TKey>(TKey[] keys, RandomFlow[] sequence)
        where TKey : unmanaged
    {
        Require(keys.Length == sequence.Length, $"there are {keys.Length} flows, not {sequence.Length}");
        new Random(2).Shuffle(keys);
        for (int i = 0; i < keys.Length; i++)
        {
            sequence[i].LookFor(MemoryMarshal.AsBytes(keys.AsSpan(i, 1)));
        }
    }

    private static void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new IncorrectCaseException($"{Id}: {otherwise}.");
        }
    }
}
