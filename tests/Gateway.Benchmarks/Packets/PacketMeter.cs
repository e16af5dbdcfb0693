using Gateway.Benchmarks.Results;
using Gateway.Bpf;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Mptcp.Rewriting;

namespace Gateway.Benchmarks.Packets;

/// <summary>
/// Runs cases at one hook through BPF_PROG_TEST_RUN: rounds of floor and case in turn, the kernel's own duration, the
/// median of the rounds. Each case must prove by counters and by its output that it did what it is named for.
/// </summary>
internal sealed class PacketMeter(Hook hook, string family, Conversation conversation, Rounds rounds) : IDisposable
{
    /// <summary>Runs of a batch whose events must all fit the ring below the mark that wakes a reader.</summary>
    private const int EventRuns = 5000;

    private readonly BpfObject _floors = LoadFloors();
    private readonly PacketBench _bench = new();

    /// <summary>Verified instructions and machine code of the program that is measured.</summary>
    internal ProgramFacts Facts => new(ProgramName, Program(_bench).Info.VerifiedInstructions, Program(_bench).Info.JitedSize, VerifierBudget.Instructions);

    private string ProgramName => hook == Hook.Ingress ? PacketPrograms.Ingress : PacketPrograms.Tc;

    private BpfProgram Floor => _floors.Program(hook == Hook.Ingress ? "floor_xdp" : "floor_tc");

    private uint Passed => hook == Hook.Ingress ? PacketRun.XdpPass : PacketRun.TcUnspecified;

    /// <summary>Measures a case.</summary>
    /// <exception cref="IncorrectCaseException">It did not do what it is named for.</exception>
    internal CaseResult Run(PacketCase @case)
    {
        byte[] frame = @case.Frame(conversation);
        Prepare(_bench, @case, @case.Policy, frame);
        if (@case.Baseline is not null)
        {
            using var baseline = new PacketBench();
            Prepare(baseline, @case, @case.Baseline, frame);
            return Measure(@case, frame, () => Batch(@case, baseline, Program(baseline), frame, null));
        }

        return Measure(@case, frame, () => Batch(Floor, frame, rounds.Repeat).Duration);
    }

    public void Dispose()
    {
        _bench.Dispose();
        _floors.Dispose();
    }

    private static BpfObject LoadFloors()
    {
        using BpfObjectSpec spec = BenchmarkPrograms.Open("floor");
        return spec.Load();
    }

    private BpfProgram Program(PacketBench bench) => bench.Program(hook == Hook.Ingress ? BenchProgram.XdpIngress : BenchProgram.TcEgress, BenchPort.Host);

    private void Prepare(PacketBench bench, PacketCase @case, Action<PacketBench, Conversation> policy, byte[] frame)
    {
        policy(bench, conversation);
        bench.Forget();
        if (@case.Connection)
        {
            bench.Prepare(BenchPort.Host, conversation.Handshake);
            bench.ChangeFlows((ref Flow flow) =>
            {
                for (int i = 0; i < 2; i++)
                {
                    flow.Dir[i].HalfRtt = 10_000;
                    flow.Dir[i].Rate = 0;
                    flow.Dir[i].Flags = (ushort)((FlowDirFlag)flow.Dir[i].Flags & ~FlowDirFlag.Sample);
                }
            });
        }

        // The first packet classifies the flow.
        _ = Once(bench, frame);
        bench.ReadEvents();
    }

    private CaseResult Measure(PacketCase @case, byte[] frame, Func<double> floor)
    {
        int transport = @case.Restores ? frame.Length - PacketCases.Payload - 60 : 0;
        using BpfObject? restore = @case.Restores ? BenchmarkPrograms.LoadRestore(_bench, frame, transport, @case.Resets, Program(_bench)) : null;
        using BpfObject? restoreOnly = @case.Restores ? BenchmarkPrograms.LoadRestore(_bench, frame, transport, @case.Resets, Floor) : null;
        string restorer = BenchmarkPrograms.RestoreProgram(Floor.Info.Type);
        var values = new double[rounds.Count];
        var floors = new double[rounds.Count];
        for (int round = -1; round < rounds.Count; round++)
        {
            double empty = floor();
            double restoring = restoreOnly is null
                ? 0
                : (double)Batch(restoreOnly.Program(restorer), frame, rounds.Repeat).Duration - Batch(Floor, frame, rounds.Repeat).Duration;
            double value = Batch(@case, _bench, restore?.Program(restorer) ?? Program(_bench), frame, @case.Edit);

            // The first round warms caches and clocks up.
            if (round >= 0)
            {
                floors[round] = empty;
                values[round] = value - restoring;
            }
        }

        return CaseResult.Above(
            $"{(hook == Hook.Ingress ? "xdp" : "tc")}/{family}/{@case.Id}", "ns", values, floors,
            @case.Target is double target ? CaseTarget.RatioBelow(target) : null);
    }

    /// <summary>One round of a case on a bench, with all its proofs.</summary>
    private double Batch(PacketCase @case, PacketBench bench, BpfProgram program, byte[] frame, Func<byte[], RewriteResult>? edit)
    {
        int repeat = @case.Events > 0 ? EventRuns : rounds.Repeat;
        ulong[] before = [.. @case.Evidence.Select(e => e.Count(bench, hook))];
        using LiveReader? reader = @case.HasLiveReader ? new LiveReader(bench.Maps.Events) : null;
        TestRunResult result = Batch(program, frame, repeat);
        int events = reader?.Count(@case.Events * repeat) ?? bench.ReadEvents().Count;
        for (int i = 0; i < before.Length; i++)
        {
            ulong grown = @case.Evidence[i].Count(bench, hook) - before[i];
            Require(grown == (ulong)repeat, @case, $"{@case.Evidence[i].What} grew by {grown} in {repeat} runs; reasons at the port: {string.Join(", ", bench.PortReasons(BenchPort.Host, hook))}");
        }

        Require(events == @case.Events * repeat, @case, $"{repeat} runs emitted {events} events");
        int flows = bench.Flows().Count;
        Require(flows == @case.Flows, @case, $"there are {flows} flows");
        Check(@case, new PacketRun(frame, result.ReturnValue, result.DataOut), edit);
        return result.Duration;
    }

    private static TestRunResult Batch(BpfProgram program, byte[] frame, int repeat) =>
        program.TestRun(frame, new TestRunOptions { Repeat = repeat });

    private void Check(PacketCase @case, PacketRun run, Func<byte[], RewriteResult>? edit)
    {
        byte[] expected = run.Input;
        if (edit is not null)
        {
            RewriteResult edited = edit(run.Input);
            Require(edited.Outcome == RewriteOutcome.Done, @case, $"the edit is {edited.Outcome}");
            expected = edited.Frame.ToArray();
        }

        run.Became(expected, Passed);
        if (@case.Id != "udp")
        {
            run.WithChecksums();
        }
    }

    private PacketRun Once(PacketBench bench, byte[] frame) =>
        hook == Hook.Ingress ? bench.Ingress(frame) : bench.Egress(frame);

    private static void Require(bool holds, PacketCase @case, string otherwise)
    {
        if (!holds)
        {
            throw new IncorrectCaseException($"{@case.Id}: {otherwise}.");
        }
    }
}
