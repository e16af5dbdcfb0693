using System.Diagnostics;
using System.Globalization;
using Gateway.Benchmarks.Packets;
using Gateway.Benchmarks.Results;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Benchmarks.ControlPlane;

/// <summary>
/// Policies of 10 to a million subflow rules through gRPC into a real gatewayd with attached ports: the whole call, the
/// parts the daemon says it took, and the memory afterwards. The floor of the whole is the kernel's part alone: as many
/// entries written into a hash map.
/// </summary>
internal sealed class ApplyBenchmark : IBenchmark
{
    private static readonly (int Rules, string Id)[] s_sizes = [(10, "apply_10"), (1_000, "apply_1k"), (100_000, "apply_100k"), (1_000_000, "apply_1m")];

    public IReadOnlyList<string> Ids { get; } = [.. s_sizes.Select(s => s.Id), "swap", "apply_one_more"];

    public async Task RunAsync(BenchmarkRun run)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Join = Join.None }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        var swaps = new List<double>();
        foreach ((int rules, string id) in s_sizes.Where(s => run.Wants(s.Id) || (run.Wants("swap") && s.Rules == 10)))
        {
            await ApplyAsync(run, gateway, rules, id, swaps).ConfigureAwait(false);
        }

        if (run.Wants("apply_one_more"))
        {
            await ApplyOneMoreAsync(run, gateway, swaps).ConfigureAwait(false);
        }

        if (run.Wants("swap"))
        {
            run.Add(CaseResult.Above("swap", "us", swaps, ReferenceMaps.Write(swaps.Count), CaseTarget.ValueBelow(1000)));
        }
    }

    private static async Task ApplyAsync(BenchmarkRun run, GatewayUnderLab gateway, int rules, string id, List<double> swaps)
    {
        int rounds = rules < 1_000_000 ? run.Pick(10, 2) : run.Pick(3, 1);
        var whole = new List<double>();
        var floors = new List<double>();
        var times = new List<ApplyTimes>();
        var transports = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            // Each differs from the one before in every rule.
            V1.Policy policy = SubflowPolicy.Of(rules, round % 2);
            await gateway.Client.Policies.ClearAsync().ConfigureAwait(false);
            floors.Add(ReferenceMaps.Fill(2 * rules));
            long start = Stopwatch.GetTimestamp();
            ApplyPolicyResponse applied = await gateway.Client.Policies.ApplyAsync(policy).ConfigureAwait(false);
            whole.Add(Stopwatch.GetElapsedTime(start).TotalSeconds);
            times.Add(applied.Times);
            transports.Add((whole[^1] * 1e3) - (applied.Times.TotalNanos / 1e6));
            swaps.Add(applied.Times.SwapNanos / 1e3);
            if (applied.Applied.Compiled.ExactRules != 2 * rules)
            {
                throw new IncorrectCaseException($"{id}: {rules} subflows compiled to {applied.Applied.Compiled.ExactRules} exact rules");
            }
        }

        run.Add(CaseResult.Above(id, "s", whole, floors, rules == 1_000_000 ? CaseTarget.ValueBelow(5) : null));
        run.Add(CaseResult.Alone($"{id}/transport", "ms", transports));
        Part("read", t => t.ReadNanos);
        Part("validate", t => t.ValidateNanos);
        Part("compile", t => t.CompileNanos);
        Part("plan", t => t.PlanNanos);
        Part("store", t => t.StoreNanos);
        Part("load", t => t.LoadNanos);
        Part("swap", t => t.SwapNanos);
        Part("daemon", t => t.TotalNanos);
        run.Add(CaseResult.Alone($"{id}/kernel_memory", "MiB", [await KernelMemory.ReadAsync(gateway.PinPath).ConfigureAwait(false) / 1048576.0]));
        run.Add(CaseResult.Alone($"{id}/daemon_memory", "MiB", [gateway.ResidentBytes() / 1048576.0]));

        void Part(string name, Func<ApplyTimes, ulong> nanos) =>
            run.Add(CaseResult.Alone($"{id}/{name}", "ms", [.. times.Select(t => nanos(t) / 1e6)]));
    }

    /// <summary>A policy of a thousand rules grows by one with each apply.</summary>
    private static async Task ApplyOneMoreAsync(BenchmarkRun run, GatewayUnderLab gateway, List<double> swaps)
    {
        V1.Policy policy = SubflowPolicy.Of(1000);
        await gateway.Client.Policies.ApplyAsync(policy).ConfigureAwait(false);
        var whole = new List<double>();
        for (int i = 0; i < run.Pick(100, 10); i++)
        {
            policy.Chains[0].Select.Any.Selectors.Add(new Selector
            {
                Subflow = new SubflowSelector { Src = string.Create(CultureInfo.InvariantCulture, $"10.200.0.{i + 1}"), SrcPort = 40000, Dst = "198.51.100.2", DstPort = 5201 },
            });
            long start = Stopwatch.GetTimestamp();
            ApplyPolicyResponse applied = await gateway.Client.Policies.ApplyAsync(policy).ConfigureAwait(false);
            whole.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
            swaps.Add(applied.Times.SwapNanos / 1e3);
        }

        run.Add(CaseResult.Alone("apply_one_more", "ms", whole));
    }
}
