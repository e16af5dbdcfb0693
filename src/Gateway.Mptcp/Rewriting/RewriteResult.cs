using Gateway.Mptcp.Packets;

namespace Gateway.Mptcp.Rewriting;

/// <summary>An edit's outcome and the frame after it.</summary>
/// <param name="Outcome">What the edit came to.</param>
/// <param name="Parse">What the parser said of the frame before.</param>
/// <param name="Frame">A new frame when <see cref="RewriteOutcome.Done"/>, else a copy of the bytes given.</param>
/// <param name="Placement">Where an MP_PRIO went, null for other edits and outcomes.</param>
public sealed record RewriteResult(
    RewriteOutcome Outcome, ParseOutcome Parse, ReadOnlyMemory<byte> Frame, PrioPlacement? Placement = null);
