using Gateway.DataPlane;
using Gateway.V1;
using AppliedPolicy = Gateway.DataPlane.AppliedPolicy;
using WhatIfFrame = Gateway.DataPlane.WhatIfFrame;

namespace Gateway.Daemon.Telemetry;

/// <summary>Compares what the running policy did to packets with what a candidate would have done. Not thread-safe.</summary>
internal sealed class PolicyShadow(WhatIfRun candidate, Func<uint, AppliedPolicy?> findGeneration)
{
    private const int MostKinds = 100;

    private readonly Dictionary<DifferenceKind, ShadowDifference> _differences = [];
    private ulong _compared;
    private ulong _same;
    private ulong _notTried;

    /// <summary>Packets that were left out.</summary>
    public ulong Lost { get; set; }

    /// <summary>Takes a packet as the running policy treated it.</summary>
    public void Compare(CapturedPacket running)
    {
        if (running.Event.Nic is not { } nic || Shortened.Of(running.Before, running.LengthBefore) is not { } before)
        {
            _notTried++;
            return;
        }

        var frame = new WhatIfFrame(nic, running.Event.Hook, before.Data, before.Length);
        WhatIfOutcome outcome;
        try
        {
            outcome = candidate.Run(frame);
        }
        catch (DataPlaneException)
        {
            // The port came after the shadow began, or the kernel does not take the frame.
            _notTried++;
            return;
        }

        _compared++;
        TracedPacket now = TraceMessages.Of(running, headers: false, findGeneration);
        TracedPacket then = WhatIfMessages.Of(frame, outcome, headers: false, candidate.Applied);
        bool headers = now.Fate != TracedPacket.Types.Fate.Dropped && then.Fate != TracedPacket.Types.Fate.Dropped
            && !Shortened.Comparable(running.After.Span).AsSpan().SequenceEqual(Shortened.Comparable(outcome.Packet is { } tried ? tried.After.Span : before.Data));
        var kind = new DifferenceKind(now.Chain, then.Chain, now.Fate, then.Fate, now.TargetNic, then.TargetNic, headers);
        if (kind.IsNone)
        {
            _same++;
        }
        else if (_differences.TryGetValue(kind, out ShadowDifference? known))
        {
            known.Packets++;
        }
        else if (_differences.Count < MostKinds)
        {
            _differences.Add(kind, kind.First(now, then));
        }
    }

    public ShadowReport Report() => new()
    {
        Compared = _compared,
        Same = _same,
        NotTried = _notTried,
        Lost = Lost,
        Differences = { _differences.Values.OrderByDescending(d => d.Packets).Select(d => d.Clone()) },
    };

    private readonly record struct DifferenceKind(
        string RunningChain, string CandidateChain, TracedPacket.Types.Fate RunningFate, TracedPacket.Types.Fate CandidateFate,
        string RunningTarget, string CandidateTarget, bool Headers)
    {
        internal bool IsNone => RunningChain == CandidateChain && RunningFate == CandidateFate && RunningTarget == CandidateTarget && !Headers;

        internal ShadowDifference First(TracedPacket running, TracedPacket candidate) => new()
        {
            RunningChain = RunningChain,
            CandidateChain = CandidateChain,
            RunningFate = RunningFate,
            CandidateFate = CandidateFate,
            RunningTargetNic = RunningTarget,
            CandidateTargetNic = CandidateTarget,
            Headers = Headers,
            Packets = 1,
            RunningExample = running,
            CandidateExample = candidate,
        };
    }
}
