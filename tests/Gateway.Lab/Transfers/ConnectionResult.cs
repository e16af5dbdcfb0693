namespace Gateway.Lab;

/// <summary>How one connection of a transfer ended.</summary>
public sealed record ConnectionResult
{
    /// <summary>Bytes the sending program handed to its socket.</summary>
    public required long BytesSent { get; init; }

    /// <summary>Bytes the receiving program read.</summary>
    public required long BytesReceived { get; init; }

    /// <summary>Whether both ends came to a regular end.</summary>
    public required bool Completed { get; init; }

    /// <summary>Whether the receiver read exactly what was sent: the count and, when verified, the SHA-256.</summary>
    public required bool ContentOk { get; init; }

    /// <summary>What went wrong at either end; null when nothing did.</summary>
    public required string? Error { get; init; }

    /// <summary>The client's view of MPTCP once all data was acknowledged; null when its program never reported.</summary>
    public required MptcpInfo? Client { get; init; }

    /// <summary>The server's view of MPTCP.</summary>
    public required MptcpInfo? Server { get; init; }
}
