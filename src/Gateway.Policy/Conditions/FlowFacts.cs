namespace Gateway.Policy;

/// <summary>What is known of a packet and its flow beside addresses, ports and types; null is not known.</summary>
public sealed record FlowFacts
{
    /// <summary>Outer VLAN id, 0 untagged.</summary>
    public ushort? Vlan { get; init; }

    /// <summary>Data sequence number of the first payload byte; the connection's first is 0.</summary>
    public ulong? DataSequence { get; init; }

    /// <summary>Likewise in the subflow.</summary>
    public ulong? SubflowSequence { get; init; }

    /// <summary>Tokens of both ends.</summary>
    public (uint Client, uint Server)? Tokens { get; init; }

    /// <summary>Place of the subflow in its connection, 1 = first.</summary>
    public int? Subflow { get; init; }

    /// <summary>Number of subflows.</summary>
    public uint? Subflows { get; init; }

    /// <summary>Milliseconds since it was first seen.</summary>
    public ulong? Age { get; init; }

    /// <summary>Payload bytes of both directions.</summary>
    public ulong? Bytes { get; init; }

    /// <summary>Whether either end asked for backup.</summary>
    public bool? Backup { get; init; }

    /// <summary>The sender's address id.</summary>
    public byte? AddressId { get; init; }

    /// <summary>MPTCP version.</summary>
    public int? Version { get; init; }

    /// <summary>The random number drawn for this packet.</summary>
    public uint? Random { get; init; }

    /// <summary>Hash of the 4-tuple.</summary>
    public uint? SubflowHash { get; init; }

    /// <summary>Hash of the connection.</summary>
    public uint? ConnectionHash { get; init; }

    /// <summary>A bit for each set that the subflow is in, by number.</summary>
    public ulong Sets { get; init; }

    /// <summary>The values that a condition of a kind compares: none when not known, of a token two.</summary>
    internal static IEnumerable<ulong> Values(FlowFacts? facts, ConditionKind kind, ushort parameter)
    {
        if (facts is { Tokens: { } tokens } && kind == ConditionKind.Token)
        {
            return [tokens.Client, tokens.Server];
        }

        return facts?.ValueOf(kind, parameter) is { } value ? [value] : [];
    }

    private ulong? ValueOf(ConditionKind kind, ushort parameter) => kind switch
    {
        ConditionKind.Vlan => Vlan,
        ConditionKind.DataSequence => DataSequence,
        ConditionKind.SubflowSequence => SubflowSequence,
        ConditionKind.Subflow => (ulong?)Subflow,
        ConditionKind.Subflows => Subflows,
        ConditionKind.Age => Age,
        ConditionKind.Bytes => Bytes,
        ConditionKind.Backup => Backup is { } backup ? backup ? 1ul : 0 : null,
        ConditionKind.AddressId => AddressId,
        ConditionKind.Version => (ulong?)Version,
        ConditionKind.Sample => Random,
        ConditionKind.BucketSubflow => SubflowHash % parameter,
        ConditionKind.BucketConnection => ConnectionHash % parameter,
        ConditionKind.SubflowSet => (Sets >> parameter) & 1,
        _ => null,
    };
}
