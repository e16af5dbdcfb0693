using Gateway.Bpf;
using Gateway.Tests;

namespace Gateway.DataPlane.Tests;

/// <summary>Loading, replacing and unloading operators of a running data path, and finding them again.</summary>
public sealed class OperatorLifecycleTests : IDisposable
{
    private const string Counting = "- {name: counting, priority: 1, actors: [{custom: tally}, count]}\n";

    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public async Task It_runs_is_replaced_under_traffic_with_its_state_and_is_found_again()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        OperatorInfo first = Load("counts_one", "tally");
        Assert.Equal(("tally", OperatorKind.Actor, 0, "counts"), (first.Name, first.Kind, first.Slot, first.Function));
        _gateway.Apply(Counting);
        _gateway.Network.ExchangeTcp(100_000);
        (ulong ones, ulong done) = Settled(first);
        Assert.InRange(ones, 10ul, 100_000ul);
        Assert.Equal(done, ones);

        // Every frame of the transfers meets the old program or the new one, and the map is the same.
        using var replaced = new CancellationTokenSource();
        var transfers = Task.Run(() =>
        {
            while (!replaced.IsCancellationRequested)
            {
                _gateway.Network.ExchangeTcp(1_000_000);
            }
        });
        OperatorInfo second = Load("counts_hundred", "tally");
        await replaced.CancelAsync();
        await transfers;
        _gateway.Network.ExchangeTcp(100_000);
        Assert.Equal(first.Slot, second.Slot);
        Assert.NotEqual(first.Sha256, second.Sha256);
        (ulong before, done) = Settled(second);
        Assert.True(before > done, "the new program counted on what the old one left");
        _gateway.Network.ExchangeTcp(100_000);
        (ulong after, ulong doneAfter) = Settled(second);
        Assert.Equal((doneAfter - done) * 100, after - before);

        // A new daemon finds it, and gives it to a port that it attaches.
        KernelDataPlane again = _gateway.Reopen();
        OperatorInfo found = Assert.Single(again.Operators);
        Assert.Equal((second.Name, second.Sha256, second.LoadedAt), (found.Name, found.Sha256, found.LoadedAt));
        _gateway.Detach("a");
        _gateway.Attach("a", PortMode.Wire, "b");
        _gateway.Apply(Counting, revision: 2);
        before = Runs(second);
        _gateway.Network.ExchangeTcp(10_000);
        Assert.True(Runs(second) > before);

        DataPlaneException used = Assert.Throws<DataPlaneException>(() => _gateway.Network.Run(() => again.UnloadOperator("tally")));
        Assert.Equal(
            (DataPlaneErrorKind.FailedPrecondition, "The policy in force uses operator 'tally' in chain 'counting': apply a policy without it first."),
            (used.Kind, used.Message));
        again.Clear();
        _gateway.Network.Run(() => again.UnloadOperator("tally"));
        Assert.Empty(again.Operators);
        Assert.DoesNotContain(_gateway.Pins(), p => p.Contains("operators", StringComparison.Ordinal) || p.Contains("_next", StringComparison.Ordinal));
        _gateway.Network.ExchangeTcp(10_000);
    }

    [Fact]
    public void Every_slot_can_be_taken_and_not_one_more()
    {
        OperatorInfo[] all = [.. Enumerable.Range(0, KernelDataPlane.MaxOperators).Select(i => Load(i % 2 == 0 ? "counts_one" : "counts_hundred", $"op{i}"))];
        Assert.Equal(Enumerable.Range(0, KernelDataPlane.MaxOperators), all.Select(o => o.Slot));

        DataPlaneException refusal = Assert.Throws<DataPlaneException>(() => Load("counts_one", "beyond"));
        Assert.Equal(DataPlaneErrorKind.ResourceExhausted, refusal.Kind);
        Assert.Contains("unload", refusal.Message, StringComparison.Ordinal);

        // Every frame of a wire meets both: a chain takes at most half of them.
        _gateway.Attach("a", PortMode.Wire, "b");
        int half = all.Length / 2;
        _gateway.Apply(Chain("in", "ingress", all[..half]) + Chain("out", "egress", all[half..]));
        _gateway.Network.ExchangeTcp(100_000);
        ActorCounters[] actors = [.. _gateway.Chain("in").Actors, .. _gateway.Chain("out").Actors];
        Assert.Equal(all.Length, actors.Length);
        Assert.All(actors, a => Assert.True(a.Reasons.Single(r => r.Reason == Abi.Reason.Done).Packets > 10));
        Assert.All(all, o => Assert.True(Runs(o) >= (o.Slot % 2 == 0 ? 10ul : 1000ul)));
    }

    [Fact]
    public void Two_that_share_every_name_do_not_share_their_state()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        OperatorInfo one = Load("counts_one", "one"), other = Load("counts_hundred", "other");
        _gateway.Apply("- {name: both, priority: 1, actors: [{custom: one}, {custom: other}]}\n");
        _gateway.Network.ExchangeTcp(100_000);
        Assert.True(Runs(one) > 0);
        Assert.Equal(Runs(one) * 100, Runs(other));

        // A map of another shape begins anew; the other operator's goes on.
        ulong before = Runs(other);
        Load("counts_reshaped", "one");
        using (BpfMap reshaped = BpfMap.OpenPinned(MapPin(one)))
        {
            Assert.Equal(16, reshaped.ValueSize);
        }

        Assert.Equal(before, Runs(other));
    }

    [Theory]
    [InlineData("reads_anywhere", "math between mem pointer and register with unbounded min value")]
    [InlineData("loops", "infinite loop detected")]
    public void What_the_verifier_refuses_is_told_with_its_log_and_changes_nothing(string source, string why)
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        OperatorInfo before = Load("counts_one", "tally");
        _gateway.Apply(Counting);

        OperatorRefusedException refusal = Assert.Throws<OperatorRefusedException>(() => Load(source, "bad"));
        Assert.Contains(why, refusal.VerifierLog, StringComparison.Ordinal);
        // No packet program is verified before.
        Assert.StartsWith("The kernel's verifier refused operator 'bad' in gw_tc_operators", refusal.Message, StringComparison.Ordinal);

        // Also in the place of one that runs.
        Assert.Throws<OperatorRefusedException>(() => Load(source, "tally"));
        Assert.Equal(before, Assert.Single(_gateway.DataPlane.Operators), (x, y) => x!.Sha256 == y!.Sha256);
        Assert.DoesNotContain(_gateway.Pins(), p => p.Contains("operators/1", StringComparison.Ordinal) || p.Contains("relinking", StringComparison.Ordinal));
        _gateway.Network.ExchangeTcp(10_000);
        Assert.True(Runs(before) > 0);
    }

    [Fact]
    public void What_it_may_not_have_is_refused()
    {
        Assert.Contains("of type ProgArray", Refused("jumps", "jumps").Message, StringComparison.Ordinal);
        Assert.Contains("lower max_entries", Refused("hungry", "hungry").Message, StringComparison.Ordinal);
        Assert.Contains("is no name for an operator", Refused("counts_one", "Tally!").Message, StringComparison.Ordinal);
        Assert.Contains("compile with clang", Assert.Throws<DataPlaneException>(() => _gateway.DataPlane.LoadOperator("x", new byte[100])).Message, StringComparison.Ordinal);
        Assert.Equal(DataPlaneErrorKind.NotFound, Assert.Throws<DataPlaneException>(() => _gateway.DataPlane.UnloadOperator("x")).Kind);
        Assert.Empty(_gateway.DataPlane.Operators);
    }

    [Fact]
    public void A_change_that_was_cut_short_is_made_whole_by_the_next_daemon()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        OperatorInfo tally = Load("counts_one", "tally");
        _gateway.Apply(Counting);
        _gateway.DataPlane.Dispose();
        string root = _gateway.Options.PinRoot;

        // As if killed when the record was gone and the programs were not yet changed over.
        foreach (string pin in Directory.GetFiles(Path.Combine(root, "operators"), "*", SearchOption.AllDirectories))
        {
            BpfFs.Unpin(pin);
        }

        BlobMap.Pin(Path.Combine(root, "relinking"), "gw_relinking", []);

        KernelDataPlane again = _gateway.Reopen();
        Assert.Empty(again.Operators);
        Assert.DoesNotContain(_gateway.Pins(), p => p.Contains("relinking", StringComparison.Ordinal));
        _gateway.Network.ExchangeTcp(10_000);
        Assert.Contains(_gateway.Chain("counting").Actors[0].Reasons, r => r.Reason == Abi.Reason.NoOperator);
        Assert.False(File.Exists(MapPin(tally)));
    }

    private static string Chain(string name, string hook, IEnumerable<OperatorInfo> operators) =>
        $"- {{name: {name}, priority: 1, hooks: [{hook}], actors: [{string.Join(", ", operators.Select(o => $"{{custom: {o.Name}}}"))}]}}\n";

    private OperatorInfo Load(string source, string name) =>
        _gateway.Network.Run(() => _gateway.DataPlane.LoadOperator(name, OperatorObjects.Read(source)));

    private DataPlaneException Refused(string source, string name)
    {
        DataPlaneException refusal = Assert.Throws<DataPlaneException>(() => Load(source, name));
        Assert.Equal(DataPlaneErrorKind.InvalidArgument, refusal.Kind);
        return refusal;
    }

    private string MapPin(OperatorInfo info) => Path.Combine(_gateway.DataPlane.OperatorMaps(info.Slot), "runs");

    private ulong Runs(OperatorInfo info)
    {
        using BpfMap map = BpfMap.OpenPinned(MapPin(info));
        return map.Lookup<uint, ulong>(0u);
    }

    /// <summary>Both at one moment: the last packets of a connection may still be on their way.</summary>
    private (ulong Runs, ulong Done) Settled(OperatorInfo info)
    {
        while (true)
        {
            (ulong done, ulong runs) = (Done(), Runs(info));
            if (Done() == done && Runs(info) == runs)
            {
                return (runs, done);
            }
        }
    }

    /// <summary>How often the chain's first actor says that it did.</summary>
    private ulong Done() => (ulong)_gateway.Chain("counting").Actors[0].Reasons.Where(r => r.Reason == Abi.Reason.Done).Sum(r => (long)r.Packets);
}
