namespace Gateway.Lab;

/// <summary>A point of a transfer's progress.</summary>
/// <param name="Seconds">Since the transfer started.</param>
/// <param name="Bytes">Received by then, over all connections.</param>
public readonly record struct TransferSample(double Seconds, long Bytes);
