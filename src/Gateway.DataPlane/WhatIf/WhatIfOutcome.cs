using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>What a candidate policy would do to a frame.</summary>
/// <param name="Packet">The packet before and after, and what its chain's actors did; null when the packet programs left it alone at once.</param>
/// <param name="Reason">Why no chain ran; <see cref="Reason.None"/> when one did.</param>
public sealed record WhatIfOutcome(CapturedPacket? Packet, Reason Reason);
