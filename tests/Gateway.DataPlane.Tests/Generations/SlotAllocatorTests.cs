using Gateway.Policy;

namespace Gateway.DataPlane.Tests.Generations;

public sealed class SlotAllocatorTests
{
    [Fact]
    public void New_chains_take_the_lowest_slots_and_these_are_to_be_zeroed()
    {
        SlotAssignment slots = Assign([], Chain("x", new CountActor(), new DropActor()), Chain("y", new CountActor()));

        Assert.Equal(["x 0: count 0, drop 1", "y 1: count 2"], slots.Chains.Select(Text));
        Assert.Equal([0, 1], slots.NewChainSlots);
        Assert.Equal([0, 1, 2], slots.NewStepSlots);
    }

    [Fact]
    public void A_chain_of_the_same_name_keeps_the_slots_of_actors_that_stay_in_place()
    {
        IReadOnlyList<ChainSlots> running = Assign([], Chain("x", new CountActor(), new DropActor()), Chain("y", new CountActor())).Chains;

        SlotAssignment slots = Assign(running, Chain("z", new CountActor()), Chain("y", new CountActor()), Chain("x", new CountActor(), new RecordActor()));

        Assert.Equal(["z 2: count 3", "y 1: count 2", "x 0: count 0, record 4"], slots.Chains.Select(Text));
        Assert.Equal([2], slots.NewChainSlots);
        Assert.Equal([3, 4], slots.NewStepSlots);
    }

    [Fact]
    public void Slots_that_became_free_are_given_out_again()
    {
        IReadOnlyList<ChainSlots> running = [new ChainSlots("y", 1, [new StepSlot("count", 2)])];

        Assert.Equal(["x 0: count 0", "v 2: count 1"], Assign(running, Chain("x", new CountActor()), Chain("v", new CountActor())).Chains.Select(Text));
    }

    [Fact]
    public void What_does_not_fit_beside_the_running_policy_is_refused_with_numbers()
    {
        IReadOnlyList<ChainSlots> running = Assign([], [.. Enumerable.Range(0, 6).Select(i => Chain($"x{i}", new CountActor()))]).Chains;

        DataPlaneException refusal = Assert.Throws<DataPlaneException>(
            () => Assign(running, [.. Enumerable.Range(0, 5).Select(i => Chain($"y{i}", new CountActor()))]));

        Assert.Equal(DataPlaneErrorKind.ResourceExhausted, refusal.Kind);
        Assert.Contains("counters for 5 new chains, but beside the 6 of the running policy only 2 of 8 are free", refusal.Message, StringComparison.Ordinal);
    }

    private static SlotAssignment Assign(IReadOnlyList<ChainSlots> running, params CompiledChain[] chains) =>
        SlotAllocator.Assign(chains, running, chainSlots: 8, stepSlots: 16);

    private static CompiledChain Chain(string name, params Actor[] actors) => new(name, 1, [.. actors], []);

    private static string Text(ChainSlots chain) =>
        $"{chain.Name} {chain.Slot}: {string.Join(", ", chain.Steps.Select(s => $"{s.Actor} {s.Slot}"))}";
}
