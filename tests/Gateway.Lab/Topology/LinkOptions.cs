namespace Gateway.Lab;

/// <summary>The character of one path.</summary>
/// <param name="RateMbps">Rate in Mbit/s each way (TBF); null leaves it unshaped.</param>
/// <param name="DelayMs">One-way delay in ms, each way, by a user-space delay line between gateway and server; 0 inserts none.</param>
public sealed record LinkOptions(double? RateMbps = null, int DelayMs = 0);
