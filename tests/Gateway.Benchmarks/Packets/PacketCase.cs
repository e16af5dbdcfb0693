using Gateway.DataPlane.Tests.Packets;
using Gateway.Mptcp.Rewriting;

namespace Gateway.Benchmarks.Packets;

/// <summary>One packet and one policy.</summary>
internal sealed record PacketCase
{
    /// <summary>The chain that is looked at.</summary>
    internal const string Chain = "bench";

    internal required string Id { get; init; }

    /// <summary>Aim for (value - floor) / floor; null without one.</summary>
    internal double? Target { get; init; }

    /// <summary>Puts the policy into force on an empty bench.</summary>
    internal required Action<PacketBench, Conversation> Policy { get; init; }

    /// <summary>The policy whose runs are the floor; null when that is the empty program.</summary>
    internal Action<PacketBench, Conversation>? Baseline { get; init; }

    internal required Func<Conversation, byte[]> Frame { get; init; }

    /// <summary>What the frame becomes; null when it passes untouched.</summary>
    internal Func<byte[], RewriteResult>? Edit { get; init; }

    /// <summary>Whether the frame is put back before each run. An edit always is.</summary>
    internal bool Restores => Edit is not null || Resets != FlowResets.None;

    internal FlowResets Resets { get; init; }

    /// <summary>Events each run emits.</summary>
    internal int Events { get; init; }

    /// <summary>Whether a reader drains the events while they are emitted.</summary>
    internal bool HasLiveReader { get; init; }

    /// <summary>Whether the frame belongs to a flow of an MPTCP connection.</summary>
    internal bool Connection { get; init; } = true;

    /// <summary>Flows there are after the runs.</summary>
    internal int Flows { get; init; } = 1;

    internal required IReadOnlyList<Evidence> Evidence { get; init; }
}
