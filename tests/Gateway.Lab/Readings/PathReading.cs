namespace Gateway.Lab;

/// <summary>
/// Bytes both paths have delivered at one instant, as the receiving hosts' NICs count them; a shaper or data path
/// between has had its say by then.
/// </summary>
/// <param name="Seconds">Monotonic clock.</param>
/// <param name="ToServer">Bytes received by s1 and s2.</param>
/// <param name="ToClient">Bytes received by c1 and c2.</param>
public sealed record PathReading(double Seconds, IReadOnlyList<long> ToServer, IReadOnlyList<long> ToClient)
{
    /// <summary>What was delivered since an earlier reading.</summary>
    public PathRates Since(PathReading earlier) => new(
        Seconds - earlier.Seconds,
        [.. ToServer.Zip(earlier.ToServer, (now, then) => now - then)],
        [.. ToClient.Zip(earlier.ToClient, (now, then) => now - then)]);
}
