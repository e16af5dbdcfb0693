using System.Diagnostics;
using Gateway.Benchmarks.Packets;
using Gateway.Benchmarks.Results;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Benchmarks.ControlPlane;

/// <summary>
/// Subflows streamed into a set that the running policy selects by, and out of it again: each is in force when its batch
/// is answered. The floor is the kernel's part alone: as many entries written into a hash map in one batch.
/// </summary>
internal sealed class SetBenchmark : IBenchmark
{
    private const string Set = "bench";
    private const int Subflows = 200_000;

    public IReadOnlyList<string> Ids { get; } = ["set_add_200k", "set_remove_200k"];

    public async Task RunAsync(BenchmarkRun run)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions { Join = Join.None }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        await gateway.Client.Policies.ApplyAsync(new V1.Policy
        {
            Name = "bench",
            Chains = { new Chain { Name = "set", Priority = 1, Select = new Selector { SubflowSet = Set }, Actors = { new Actor { Count = new CountActor() } } } },
        }).ConfigureAwait(false);
        var added = new List<double>();
        var removed = new List<double>();
        var floors = new List<double>();
        for (int round = 0; round < run.Pick(10, 2); round++)
        {
            SubflowEnds[] subflows = [.. Enumerable.Range(0, Subflows).Select(Subflow)];
            floors.Add(ReferenceMaps.Fill(Subflows));
            added.Add(await TimeAsync("added", () => gateway.Client.SubflowSets.AddAsync(Set, subflows)).ConfigureAwait(false));
            removed.Add(await TimeAsync("removed", () => gateway.Client.SubflowSets.RemoveAsync(Set, subflows)).ConfigureAwait(false));
        }

        run.Add(CaseResult.Above(Ids[0], "s", added, floors));
        run.Add(CaseResult.Above(Ids[1], "s", removed, floors));
    }

    private static SubflowEnds Subflow(int number) => new()
    {
        Src = $"10.{(number >> 16) & 255}.{(number >> 8) & 255}.{number & 255}",
        SrcPort = 40000,
        Dst = "198.51.100.2",
        DstPort = 5201,
    };

    private static async Task<double> TimeAsync(string what, Func<Task<long>> change)
    {
        long start = Stopwatch.GetTimestamp();
        long count = await change().ConfigureAwait(false);
        return count == Subflows
            ? Stopwatch.GetElapsedTime(start).TotalSeconds
            : throw new IncorrectCaseException($"{count} of {Subflows} subflows were {what}");
    }
}
