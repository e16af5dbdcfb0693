using Gateway.Policy;

namespace Gateway.DataPlane;

/// <summary>
/// Gives out counter slots. A chain of the same name keeps its slot, and each of its steps that has the same actor
/// keeps its own; others get the lowest slots the running policy does not use.
/// </summary>
internal sealed class SlotAllocator
{
    private readonly Dictionary<string, ChainSlots> _running;
    private readonly FreeSlots _chains;
    private readonly FreeSlots _steps;

    private SlotAllocator(IReadOnlyList<ChainSlots> running, int chainSlots, int stepSlots)
    {
        _running = running.ToDictionary(c => c.Name, StringComparer.Ordinal);
        _chains = new FreeSlots(chainSlots, running.Select(c => c.Slot));
        _steps = new FreeSlots(stepSlots, running.SelectMany(c => c.Steps).Select(s => s.Slot));
    }

    /// <summary>Assigns slots to a policy's chains.</summary>
    /// <param name="chains">The new policy's chains.</param>
    /// <param name="running">Slots of the policy in force; empty when there is none.</param>
    /// <param name="chainSlots">How many chain slots there are.</param>
    /// <param name="stepSlots">How many step slots there are.</param>
    /// <exception cref="DataPlaneException">ResourceExhausted: they do not fit beside those in force.</exception>
    internal static SlotAssignment Assign(
        IReadOnlyList<CompiledChain> chains, IReadOnlyList<ChainSlots> running, int chainSlots, int stepSlots)
    {
        var allocator = new SlotAllocator(running, chainSlots, stepSlots);
        ChainSlots[] assigned = [.. chains.Select(allocator.Assign)];
        Check("chains", allocator._chains, chainSlots);
        Check("actors", allocator._steps, stepSlots);
        return new SlotAssignment(assigned, allocator._chains.Taken, allocator._steps.Taken);
    }

    private static void Check(string what, FreeSlots slots, int capacity)
    {
        if (slots.Missing > 0)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.ResourceExhausted,
                $"The policy needs counters for {slots.Taken.Count + slots.Missing} new {what}, but beside the {slots.InUse} of the running policy only "
                + $"{capacity - slots.InUse} of {capacity} are free: clear the running policy first, or use fewer {what}.");
        }
    }

    private ChainSlots Assign(CompiledChain chain)
    {
        ChainSlots? old = _running.GetValueOrDefault(chain.Name);
        var steps = new StepSlot[chain.Actors.Count];
        for (int i = 0; i < steps.Length; i++)
        {
            string actor = ActorEncoding.NameOf(chain.Actors[i]);
            steps[i] = old is not null && i < old.Steps.Count && old.Steps[i].Actor == actor
                ? old.Steps[i]
                : new StepSlot(actor, _steps.Take());
        }

        return new ChainSlots(chain.Name, old?.Slot ?? _chains.Take(), steps, chain.Operators);
    }

    /// <summary>Slots from the lowest free one on.</summary>
    private sealed class FreeSlots(int capacity, IEnumerable<int> inUse)
    {
        private readonly HashSet<int> _inUse = [.. inUse];
        private int _next;

        internal List<int> Taken { get; } = [];

        internal int Missing { get; private set; }

        internal int InUse => _inUse.Count;

        internal int Take()
        {
            while (_inUse.Contains(_next))
            {
                _next++;
            }

            if (_next >= capacity)
            {
                Missing++;
                return 0;
            }

            Taken.Add(_next);
            return _next++;
        }
    }
}

/// <summary>The slots of a policy, and those of them that must be zeroed because they are new.</summary>
internal sealed record SlotAssignment(IReadOnlyList<ChainSlots> Chains, IReadOnlyList<int> NewChainSlots, IReadOnlyList<int> NewStepSlots);
