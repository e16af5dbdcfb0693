namespace Gateway.Policy;

/// <summary>The packet's first payload byte lies in given ranges of its connection's or its subflow's data.</summary>
/// <param name="Data">
/// Data sequence numbers (RFC 8684 section 3.3) relative to the connection's start: the first payload byte of a
/// direction is 0. Null for any.
/// </param>
/// <param name="Subflow">Sequence numbers (RFC 9293 section 3.4) relative to the subflow's start. Null for any.</param>
public sealed record SequenceSelector(ValueList<ValueRange>? Data, ValueList<ValueRange>? Subflow) : Selector;
