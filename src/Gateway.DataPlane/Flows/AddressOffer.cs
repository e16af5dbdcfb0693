using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>Finished ADD_ADDR options that an add_subflow of one connection has asked for (<see cref="EventType.AddressWanted"/>).</summary>
/// <param name="ConnectionId">As in <see cref="FlowSnapshot.ConnectionId"/>.</param>
/// <param name="Direction">Way of the announcement in the connection: Original goes to the end that accepted it, Reply to the one that opened it.</param>
/// <param name="Generation">Generation of the policy that wants them.</param>
/// <param name="Chain">Index of the chain in that generation.</param>
/// <param name="Step">Place of the actor in the chain.</param>
/// <param name="Options">Each from its kind octet on, at most 32 bytes, in network byte order (RFC 8684 section 3.4.1).</param>
public sealed record AddressOffer(
    ulong ConnectionId, Direction Direction, uint Generation, int Chain, int Step, IReadOnlyList<ReadOnlyMemory<byte>> Options);
