using System.Runtime.CompilerServices;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Policy;

namespace Gateway.DataPlane.Tests.Generations;

public sealed class ApplyTests : IDisposable
{
    private const string CountAll = "- {name: all, priority: 1, actors: [count]}\n";
    private const string CountOther = "- {name: other, priority: 9, select: {dst_port: 9999}, actors: [drop]}\n- {name: all, priority: 1, actors: [count]}\n";

    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void A_policy_runs_and_its_counters_go_on_over_the_next_one()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        AppliedPolicy first = _gateway.Apply(CountAll);
        _gateway.Network.ExchangeTcp(100_000);
        ChainCounters counted = _gateway.Chain("all");
        Assert.True(counted.Packets > 10 && counted.Bytes > 100_000);
        Assert.Contains(counted.Actors[0].Reasons, r => r is { Reason: Reason.Done, Packets: > 10 });

        AppliedPolicy second = _gateway.Apply(CountOther, revision: 2);

        Assert.Equal(first.Generation + 1, second.Generation);
        Assert.Equal(["other", "all"], _gateway.DataPlane.ReadCounters().Chains.Select(c => c.Chain));
        Assert.Equal(0ul, _gateway.Chain("other").Packets);
        Assert.True(_gateway.Chain("all").Packets >= counted.Packets);
        _gateway.Network.ExchangeTcp(100_000);
        Assert.True(_gateway.Chain("all").Packets > counted.Packets + 10);
    }

    [Fact]
    public void A_chain_that_left_starts_again_at_zero()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        _gateway.Apply(CountAll);
        _gateway.Network.ExchangeTcp(100_000);
        Assert.True(_gateway.Chain("all").Packets > 10);

        _gateway.Apply("- {name: x, priority: 1, select: {dst_port: 9999}, actors: [count]}\n");
        // Takes the freed slot, which still held the old counts.
        _gateway.Apply("- {name: y, priority: 1, select: {dst_port: 9999}, actors: [count]}\n");

        Assert.Equal(0ul, _gateway.Chain("y").Packets);
        Assert.Empty(_gateway.Chain("y").Actors[0].Reasons);
    }

    [Fact]
    public void The_previous_policy_stays_in_the_kernel_and_older_ones_leave()
    {
        _gateway.Attach("a");
        AppliedPolicy[] applied = [.. Enumerable.Range(1, 10).Select(i => _gateway.Apply(CountAll, (ulong)i))];

        Assert.Equal(10ul, _gateway.DataPlane.Applied!.Text.Revision);
        Assert.Equal(9ul, _gateway.DataPlane.Previous!.Text.Revision);
        Assert.Equal(applied[9], _gateway.DataPlane.FindGeneration(applied[9].Generation));
        Assert.Equal(applied[8].Text, _gateway.DataPlane.FindGeneration(applied[8].Generation)!.Text);
        Assert.Null(_gateway.DataPlane.FindGeneration(applied[7].Generation));
        Assert.Equal([applied[8].Generation % 8, applied[9].Generation % 8], UsedSlots());
        Assert.Equal(2, Directory.GetFiles(Path.Combine(_gateway.Options.PinRoot, "generations")).Length);
    }

    [Fact]
    public void Clearing_leaves_no_policy_and_the_number_is_not_used_again()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        AppliedPolicy applied = _gateway.Apply(CountAll);

        Assert.Equal(applied, _gateway.DataPlane.Clear());

        Assert.Null(_gateway.DataPlane.Applied);
        Assert.Null(_gateway.DataPlane.Clear());
        Assert.Empty(_gateway.DataPlane.ReadCounters().Chains);
        _gateway.Network.ExchangeTcp(10_000);
        Assert.Contains(_gateway.Counters("a", Abi.Hook.Ingress).Reasons, r => r.Reason == Reason.NoPolicy);
        _gateway.Reopen();
        Assert.Null(_gateway.DataPlane.Applied);
        Assert.True(_gateway.Apply(CountAll).Generation > applied.Generation);
    }

    [Fact]
    public void A_policy_that_does_not_fit_leaves_the_running_one_alone()
    {
        _gateway.Attach("a");
        AppliedPolicy running = _gateway.Apply(ManyChains("x"));
        uint[] slots = UsedSlots();
        IReadOnlyList<string> pins = _gateway.Pins();

        DataPlaneException refusal = Assert.Throws<DataPlaneException>(() => _gateway.Apply(ManyChains("y")));

        Assert.Equal(DataPlaneErrorKind.ResourceExhausted, refusal.Kind);
        Assert.Contains("counters for 600 new chains, but beside the 600 of the running policy only 424 of 1024 are free", refusal.Message, StringComparison.Ordinal);
        ExpectUnchanged(running, slots, pins);
    }

    [Fact]
    public void A_policy_for_a_NIC_that_has_left_leaves_the_running_one_alone()
    {
        _gateway.Attach("a");
        _gateway.Attach("b");
        AppliedPolicy running = _gateway.Apply(CountAll);
        PolicyLoadResult loaded = PolicyLoader.Load(
            "version: 1\nname: x\nchains:\n- {name: x, priority: 1, actors: [{redirect: {port: b, mac: keep}}]}\n", _gateway.DataPlane.Environment, CompilerLimits.Default);
        Assert.Empty(loaded.Errors);
        _gateway.Detach("b");
        uint[] slots = UsedSlots();
        IReadOnlyList<string> pins = _gateway.Pins();

        DataPlaneException refusal = Assert.Throws<DataPlaneException>(() => _gateway.DataPlane.Apply(loaded.Compiled!, new PolicyText("x", "", 2)));

        Assert.Equal(DataPlaneErrorKind.FailedPrecondition, refusal.Kind);
        ExpectUnchanged(running, slots, pins);
    }

    [Fact]
    public void A_failure_after_the_tables_are_in_place_takes_them_out_again()
    {
        _gateway.Attach("a");
        AppliedPolicy running = _gateway.Apply(CountAll);
        string inTheWay = Path.Combine(_gateway.Options.PinRoot, "generations", $"{running.Generation + 1}");
        Directory.CreateDirectory(inTheWay);
        uint[] slots = UsedSlots();
        IReadOnlyList<string> pins = _gateway.Pins();

        DataPlaneException refusal = Assert.Throws<DataPlaneException>(() => _gateway.Apply(CountOther));

        Assert.Contains("the running one goes on", refusal.Message, StringComparison.Ordinal);
        ExpectUnchanged(running, slots, pins);
        Directory.Delete(inTheWay);
        Assert.Equal(running.Generation + 1, _gateway.Apply(CountOther).Generation);
    }

    [Fact]
    public void A_commit_that_fails_has_packets_follow_the_policy_before()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        AppliedPolicy running = _gateway.Apply(CountAll);
        uint[] slots = UsedSlots();
        IReadOnlyList<string> pins = _gateway.Pins();
        PolicyLoadResult loaded = PolicyLoader.Load(
            $"version: 1\nname: test\nchains:\n{CountOther}", _gateway.DataPlane.Environment, CompilerLimits.Default);
        uint followed = 0;

        Assert.Throws<IOException>(() => _gateway.DataPlane.Apply(loaded.Compiled!, new PolicyText("test", "", 2), () =>
        {
            followed = InForce();
            throw new IOException("no room");
        }));

        // It was switched to: flows may have noted its number, which is not used again.
        Assert.Equal(running.Generation + 1, followed);
        ExpectUnchanged(running, slots, pins);
        ulong counted = _gateway.Chain("all").Packets;
        _gateway.Network.ExchangeTcp(10_000);
        Assert.True(_gateway.Chain("all").Packets > counted);
        Assert.Throws<IOException>(() => _gateway.DataPlane.Clear(() => throw new IOException("no room")));
        ExpectUnchanged(running, slots, pins);
        Assert.Equal(running.Generation + 2, _gateway.Apply(CountOther).Generation);
        Assert.Equal(running.Generation + 2, _gateway.Reopen().Applied!.Generation);
    }

    [Fact]
    public void An_apply_that_was_cut_short_leaves_nothing_after_a_restart()
    {
        _gateway.Attach("a");
        AppliedPolicy running = _gateway.Apply(CountAll);
        _gateway.DataPlane.Dispose();
        // As a killed daemon leaves it: tables and document are there, the switch was not thrown.
        using (BpfMap terms = BpfMap.OpenPinned(Path.Combine(_gateway.Options.PinRoot, "maps", "gw_terms")))
        using (BpfMap inner = BpfMap.Create(BpfMapType.Array, "gw_terms", 4, Unsafe.SizeOf<Term>(), 1, BpfMapFlags.InnerMap))
        {
            terms.UpdateInner((running.Generation + 1) % 8, inner);
            inner.Pin(Path.Combine(_gateway.Options.PinRoot, "generations", $"{running.Generation + 1}"));
        }

        _gateway.Reopen();

        Assert.Equal(running.Generation, _gateway.DataPlane.Applied!.Generation);
        Assert.Equal([running.Generation % 8], UsedSlots());
        Assert.Single(Directory.GetFiles(Path.Combine(_gateway.Options.PinRoot, "generations")));
        Assert.Equal(running.Generation + 1, _gateway.Apply(CountAll).Generation);
    }

    [Fact]
    public void The_tables_say_where_a_policy_can_match_and_whether_plain_TCP_counts()
    {
        _gateway.Attach("a");
        _gateway.Attach("b");

        Generation narrow = Facts(_gateway.Apply("- {name: x, priority: 1, hooks: [ingress], ports: [b], select: {packet_type: mp_join}, actors: [count]}\n"));
        Generation wide = Facts(_gateway.Apply("- {name: all, priority: 1, hooks: [ingress, egress], actors: [count]}\n"));

        Assert.Equal((0b10ul, 0ul, 0u), (narrow.IngressPorts, narrow.EgressPorts, narrow.Flags));
        Assert.Equal((0b11ul, 0b11ul, (uint)GenerationFlag.TrackPlain), (wide.IngressPorts & 3, wide.EgressPorts & 3, wide.Flags));
    }

    [Fact]
    public void Many_exact_rules_load_and_one_of_them_matches()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        var chains = new System.Text.StringBuilder("- name: exact\n  priority: 1\n  select:\n    any:\n");
        for (int i = 0; i < 50_000; i++)
        {
            chains.Append(System.Globalization.CultureInfo.InvariantCulture, $"    - subflow: {{src: 10.{i >> 16}.{(i >> 8) & 255}.{i & 255}, src_port: 40000, dst: 192.0.2.2, dst_port: 5201}}\n");
        }

        chains.Append("    - all: [{src: 192.0.2.1}, {dst_port: 5201}]\n  actors: [count]\n");
        AppliedPolicy applied = _gateway.Apply(chains.ToString());

        Assert.Equal(100_000, applied.Size.ExactRules);
        _gateway.Network.ExchangeTcp(10_000);
        Assert.True(_gateway.Chain("exact").Packets > 3);
        Assert.Equal(applied.Text, _gateway.Reopen().Applied!.Text);
    }

    private static string ManyChains(string prefix) => string.Concat(
        Enumerable.Range(0, 600).Select(i => $"- {{name: {prefix}{i}, priority: 1, select: {{dst_port: {i + 1}}}, actors: [count]}}\n"));

    private void ExpectUnchanged(AppliedPolicy running, uint[] slots, IReadOnlyList<string> pins)
    {
        Assert.Equal(running, _gateway.DataPlane.Applied);
        Assert.Equal(slots, UsedSlots());
        Assert.Equal(pins, _gateway.Pins());
        Assert.Equal(running.Generation, InForce());
    }

    /// <summary>The generation that packets follow.</summary>
    private uint InForce()
    {
        using BpfMap control = BpfMap.OpenPinned(Path.Combine(_gateway.Options.PinRoot, "maps", "gw_control"));
        return control.Lookup<uint, Control>(0u).Generation;
    }

    private uint[] UsedSlots()
    {
        using BpfMap chains = BpfMap.OpenPinned(Path.Combine(_gateway.Options.PinRoot, "maps", "gw_terms"));
        return [.. Enumerable.Range(0, 8).Select(i => (uint)i).Where(i => chains.TryLookup(i, out uint _)).Order()];
    }

    private Generation Facts(AppliedPolicy applied)
    {
        using BpfMap map = BpfMap.OpenPinned(Path.Combine(_gateway.Options.PinRoot, "maps", "gw_generations"));
        Generation facts = map.Lookup<uint, Generation>(applied.Generation % 8);
        Assert.Equal(applied.Generation, facts.GenerationValue);
        return facts;
    }
}
