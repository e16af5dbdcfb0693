namespace Gateway.Rpc;

/// <summary>The outcome of a call: a code, and for people a sentence about it.</summary>
/// <param name="StatusCode">The outcome.</param>
/// <param name="Detail">What happened and what to do, in English; empty on success. Sent to the peer.</param>
public readonly record struct Status(StatusCode StatusCode, string Detail)
{
    /// <summary>Success.</summary>
    public static Status DefaultSuccess { get; } = new(StatusCode.OK, "");

    /// <summary>Cancelled by the caller.</summary>
    public static Status DefaultCancelled { get; } = new(StatusCode.Cancelled, "the caller cancelled the call");
}
