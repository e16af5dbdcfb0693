namespace Gateway.Policy;

/// <summary>Subflows or connections whose hash falls in given buckets: all their packets, or none.</summary>
/// <param name="Buckets">At least one range of 0 to <paramref name="Of"/> - 1.</param>
/// <param name="Of">Number of buckets, at least 1.</param>
/// <param name="ByConnection">Hash the connection, so that its subflows fall together, instead of the 4-tuple.</param>
public sealed record BucketSelector(ValueList<ValueRange> Buckets, ushort Of, bool ByConnection) : Selector;
