namespace Gateway.Policy;

/// <summary>A term on its way to the tables.</summary>
/// <param name="ChainIndex">Its chain in the document; -1 for a term that only captures.</param>
/// <param name="Literals">Its literals; of an exact term those without addresses and ports.</param>
/// <param name="Tuples">The 4-tuples of an exact term; null for a term matched by vectors alone.</param>
/// <param name="Captures">Whether its packets are captured.</param>
internal sealed record RankedTerm(int ChainIndex, Conjunction Literals, List<ExactTuple>? Tuples, bool Captures = false);
