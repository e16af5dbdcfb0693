namespace Gateway.Rpc;

/// <summary>What a client sets for one call.</summary>
public sealed record CallOptions
{
    /// <summary>Metadata to send.</summary>
    public Metadata Headers { get; init; } = Metadata.Empty;

    /// <summary>How long the whole call may take, on the server too; null waits for ever.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Whether requests are compressed with gzip; the server then compresses its responses.</summary>
    public bool Gzip { get; init; }
}
