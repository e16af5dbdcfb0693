namespace Gateway.Lab;

/// <summary>Requests and responses on one connection.</summary>
/// <param name="Sent">Requests sent.</param>
/// <param name="RoundTrips">Round trip of each answered request.</param>
/// <param name="Error">Why it ended early; null when it did not.</param>
/// <param name="Mptcp">The client's view at the end.</param>
public sealed record PingResult(int Sent, IReadOnlyList<TimeSpan> RoundTrips, string? Error, MptcpInfo? Mptcp)
{
    /// <summary>Requests whose answer came back unchanged.</summary>
    public int Answered => RoundTrips.Count;

    /// <summary>Whether every request was answered.</summary>
    public bool Ok => Error is null && Answered == Sent;

    /// <summary>The round trip that half of the requests did not exceed.</summary>
    public TimeSpan Median => Answered == 0 ? TimeSpan.Zero : RoundTrips.Order().ElementAt(Answered / 2);
}
