namespace Gateway.Policy;

/// <summary>The packet's connection and its subflow there; every value that is given must hold.</summary>
public sealed record ConnectionSelector : Selector
{
    /// <summary>Tokens (RFC 8684 section 3.2), of either end; null for any.</summary>
    public ValueList<ValueRange>? Token { get; init; }

    /// <summary>Place of the subflow in the connection, 1 = the first; null for any.</summary>
    public ValueList<ValueRange>? Subflow { get; init; }

    /// <summary>Number of subflows the connection has, joined and not ended; null for any.</summary>
    public ValueList<ValueRange>? Subflows { get; init; }

    /// <summary>Milliseconds since the connection, or a flow without one, was first seen; null for any.</summary>
    public ValueList<ValueRange>? Age { get; init; }

    /// <summary>Payload bytes of both directions so far, data level where the connection is known; null for any.</summary>
    public ValueList<ValueRange>? Bytes { get; init; }

    /// <summary>Whether either end asked for backup on the subflow (RFC 8684 section 3.3.8); null for any.</summary>
    public bool? Backup { get; init; }

    /// <summary>Address id of the packet's sender (RFC 8684 section 3.2), 0-255; null for any.</summary>
    public ValueList<ValueRange>? AddressId { get; init; }

    /// <summary>MPTCP version, 0 or 1; null for any.</summary>
    public int? Version { get; init; }
}
