using System.Diagnostics;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Policy;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>
/// The policies in the kernel: the one in force, and the one before it, which packets under way may still run. Not
/// thread-safe.
/// </summary>
internal sealed class GenerationTable(PinLayout layout, SharedMaps maps, ILogger logger, TimeProvider time)
{
    private GenerationDocument? _previousDocument;
    private uint _newest;
    private uint _inForce;
    private ControlFlag _flags;

    internal uint Newest => _newest;

    internal AppliedPolicy? Current { get; private set; }

    internal AppliedPolicy? Previous { get; private set; }

    internal GenerationDocument? Document { get; private set; }

    /// <summary>The number that packets should follow; 0 = no policy.</summary>
    internal uint InForce => _inForce;

    /// <summary>Whether the policy in force captures packets.</summary>
    internal bool IsCapturing =>
        _inForce != 0 && ((GenerationFlag)maps.Generations.Lookup<uint, Generation>(SlotOf(_inForce)).Flags).HasFlag(GenerationFlag.Capture);

    /// <summary>What is pinned of the policies in the kernel.</summary>
    internal IEnumerable<GenerationDocument> Documents => new[] { Document, _previousDocument }.OfType<GenerationDocument>();

    /// <summary>Has packets follow what they should, whatever else was written meanwhile.</summary>
    internal void Reassert() => Follow(_inForce);

    /// <summary>Compares a number with the generations in the kernel.</summary>
    internal AppliedPolicy? Find(uint generation) =>
        Current?.Generation == generation ? Current : Previous?.Generation == generation ? Previous : null;

    /// <summary>Puts a policy into force. On failure the running one goes on and nothing of the new one stays.</summary>
    /// <param name="policy">The policy.</param>
    /// <param name="text">What to remember of it.</param>
    /// <param name="ports">Port index of every NIC it names.</param>
    /// <param name="commit">Runs once packets follow the new policy; when it fails they follow the old one again.</param>
    internal AppliedPolicy Apply(CompiledPolicy policy, PolicyText text, IReadOnlyDictionary<string, int> ports, Action? commit = null)
    {
        uint generation = checked(_newest + 1);
        SlotAssignment slots = SlotAllocator.Assign(
            policy.Chains, Document?.Chains ?? [], (int)maps.ChainCounters.MaxEntries, (int)maps.StepCounters.MaxEntries);
        var size = new CompiledSize(
            policy.Chains.Length, policy.Terms.Length, policy.ExactRules4.Length + policy.ExactRules6.Length,
            policy.Prefixes4.Length + policy.Prefixes6.Length);
        var document = new GenerationDocument(generation, text.Name, text.Revision, time.GetUtcNow(), size, slots.Chains) { Text = text.Utf8 };
        var undo = new UndoStack(logger);
        try
        {
            using GenerationMaps tables = Fill(policy, slots, ports);
            Enter(policy, tables, generation, undo);
            Pin(document, undo);
            Switch(generation, undo);
            commit?.Invoke();
            undo.Commit();
        }
        catch (Exception failure)
        {
            undo.Run();
            if (failure is BpfException refusal)
            {
                throw new DataPlaneException(
                    DataPlaneException.KindOf(refusal.Errno),
                    $"The policy could not be loaded and the running one goes on. {refusal.Message}",
                    refusal);
            }

            throw;
        }

        Succeed(document);
        DataPlaneLog.Applied(logger, generation, text.Name, text.Revision);
        return Current!;
    }

    /// <summary>Leaves no policy in force.</summary>
    /// <param name="commit">As in <see cref="Apply"/>; runs also when nothing was in force.</param>
    /// <returns>What was in force; null when nothing was.</returns>
    internal AppliedPolicy? Clear(Action? commit = null)
    {
        if (_inForce == 0)
        {
            commit?.Invoke();
            return null;
        }

        var undo = new UndoStack(logger);
        uint before = _inForce;
        try
        {
            Switch(0, undo);
            commit?.Invoke();
            undo.Commit();
        }
        catch
        {
            undo.Run();
            throw;
        }

        DataPlaneLog.Cleared(logger, before);
        AppliedPolicy? cleared = Current;
        Succeed(null);
        return cleared;
    }

    /// <summary>Reads back what is in force, and removes what an interrupted apply left.</summary>
    internal void Readopt()
    {
        Control control = maps.Control.Lookup<uint, Control>(0u);
        _inForce = control.Generation;
        _flags = (ControlFlag)control.Flags;
        // A number is never used twice: flows remember what they matched by it.
        _newest = maps.Generations.ReadAll<uint, Generation>().Select(e => e.Value.GenerationValue).Append(_inForce).Max();
        IReadOnlyList<uint> pinned = layout.GenerationNumbers();
        uint previous = pinned.Where(g => g < _inForce).DefaultIfEmpty(0u).Max();
        Document = _inForce == 0 ? null : ReadDocument(_inForce);
        Current = Document?.ToApplied();
        _previousDocument = previous == 0 ? null : ReadDocument(previous);
        Previous = _previousDocument?.ToApplied();
        foreach (uint stale in pinned.Where(g => g != _inForce && g != Previous?.Generation))
        {
            BpfFs.Unpin(layout.Generation(stale));
        }

        for (uint slot = 0; slot < Limits.GenerationSlots; slot++)
        {
            if (!IsKept(slot))
            {
                Empty(slot);
            }
        }
    }

    private static uint SlotOf(uint generation) => generation % Limits.GenerationSlots;

    private bool IsKept(uint slot) =>
        (_inForce != 0 && SlotOf(_inForce) == slot) || (Previous is { } previous && SlotOf(previous.Generation) == slot);

    private GenerationMaps Fill(CompiledPolicy policy, SlotAssignment slots, IReadOnlyDictionary<string, int> ports)
    {
        using Activity? step = ApplySteps.Begin(ApplyStep.FillTables);
        GenerationMaps tables = GenerationMaps.Create(policy, slots.Chains, ports);
        try
        {
            ZeroCounters(slots);
            return tables;
        }
        catch
        {
            tables.Dispose();
            throw;
        }
    }

    private void Enter(CompiledPolicy policy, GenerationMaps tables, uint generation, UndoStack undo)
    {
        using Activity? step = ApplySteps.Begin(ApplyStep.EnterSlot);
        uint slot = SlotOf(generation);
        if (policy.Chains.Any(chain => chain.Actors.OfType<RewriteActor>().Any()))
        {
            // Rewritten flows outlive the policy, so it stays.
            _flags |= ControlFlag.Rewrites;
        }

        undo.Push($"emptying slot {slot}", () => Empty(slot));
        tables.Enter(maps, slot);
        maps.Generations.Update(slot, new Generation
        {
            GenerationValue = generation,
            Flags = (uint)((policy.TracksPlainTcp ? GenerationFlag.TrackPlain : 0) | (policy.TracksData ? GenerationFlag.TrackData : 0)
                | (policy.Operators.IsEmpty ? 0 : GenerationFlag.Operators) | (policy.Captures ? GenerationFlag.Capture : 0)),
            IngressPorts = PolicyTables.PortMask(policy, Abi.Hook.Ingress),
            EgressPorts = PolicyTables.PortMask(policy, Abi.Hook.Egress),
        });
    }

    private void Pin(GenerationDocument document, UndoStack undo)
    {
        using Activity? step = ApplySteps.Begin(ApplyStep.PinDocument);
        string pin = layout.Generation(document.Generation);
        BpfFs.Unpin(pin);
        undo.Push($"unpinning {pin}", () => BpfFs.Unpin(pin));
        document.Pin(pin);
    }

    /// <summary>The one write that every packet program follows.</summary>
    private void Switch(uint generation, UndoStack undo)
    {
        using Activity? step = ApplySteps.Begin(ApplyStep.Switch);
        uint before = _inForce;
        undo.Push($"switching back to generation {before}", () => Follow(before));
        Follow(generation);
    }

    private void Follow(uint generation)
    {
        maps.Control.Update(0u, new Control { Generation = generation, Flags = (uint)_flags });
        _inForce = generation;

        // Also when it is taken back: flows may have noted what they matched by this number.
        _newest = Math.Max(_newest, generation);
    }

    /// <summary>The running policy becomes the previous one; the one before that leaves the kernel.</summary>
    private void Succeed(GenerationDocument? document)
    {
        GenerationDocument? outgoing = _previousDocument;
        (_previousDocument, Previous) = (Document, Current);
        (Document, Current) = (document, document?.ToApplied());
        if (outgoing is not null)
        {
            var removal = new UndoStack(logger);
            removal.Push($"unpinning generation {outgoing.Generation}", () => BpfFs.Unpin(layout.Generation(outgoing.Generation)));
            removal.Push($"emptying the slot of generation {outgoing.Generation}", () =>
            {
                if (!IsKept(SlotOf(outgoing.Generation)))
                {
                    Empty(SlotOf(outgoing.Generation));
                }
            });
            removal.Run();
        }
    }

    /// <summary>Empties a slot; the number of the generation that was there stays, so that it is not used again.</summary>
    private void Empty(uint slot)
    {
        maps.Generations.Update(slot, new Generation { GenerationValue = maps.Generations.Lookup<uint, Generation>(slot).GenerationValue });
        GenerationMaps.Leave(maps, slot);
    }

    private void ZeroCounters(SlotAssignment slots)
    {
        var chain = new ChainStats[BpfMap.PossibleCpus];
        foreach (int slot in slots.NewChainSlots)
        {
            maps.ChainCounters.UpdatePerCpu<uint, ChainStats>((uint)slot, chain);
        }

        var step = new StepStats[BpfMap.PossibleCpus];
        foreach (int slot in slots.NewStepSlots)
        {
            maps.StepCounters.UpdatePerCpu<uint, StepStats>((uint)slot, step);
        }
    }

    private GenerationDocument? ReadDocument(uint generation)
    {
        try
        {
            GenerationDocument document = GenerationDocument.Read(layout.Generation(generation));
            return document.Generation == generation
                ? document
                : throw new InvalidDataException($"it is that of generation {document.Generation}");
        }
        catch (Exception failure) when (failure is BpfException or InvalidDataException)
        {
            DataPlaneLog.DocumentUnreadable(logger, generation, failure.Message);
            return null;
        }
    }
}
