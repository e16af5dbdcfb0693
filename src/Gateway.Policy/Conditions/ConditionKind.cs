namespace Gateway.Policy;

/// <summary>What a condition compares; numbers of <c>enum gw_condition_kind</c> (abi.h).</summary>
public enum ConditionKind
{
    /// <summary>Outer VLAN id, 0 untagged.</summary>
    Vlan = 1,

    /// <summary>Data sequence number of the first payload byte; the connection's first is 0.</summary>
    DataSequence = 2,

    /// <summary>Likewise in the subflow.</summary>
    SubflowSequence = 3,

    /// <summary>Token of either end.</summary>
    Token = 4,

    /// <summary>Place of the subflow in its connection, 1 = first.</summary>
    Subflow = 5,

    /// <summary>Number of subflows.</summary>
    Subflows = 6,

    /// <summary>Milliseconds.</summary>
    Age = 7,

    /// <summary>Payload bytes of both directions.</summary>
    Bytes = 8,

    /// <summary>0 or 1.</summary>
    Backup = 9,

    /// <summary>The sender's.</summary>
    AddressId = 10,

    /// <summary>0 or 1.</summary>
    Version = 11,

    /// <summary>A random 32-bit number.</summary>
    Sample = 12,

    /// <summary>Hash of the 4-tuple modulo the parameter.</summary>
    BucketSubflow = 13,

    /// <summary>Hash of the connection modulo the parameter.</summary>
    BucketConnection = 14,

    /// <summary>The answer of the operator in slot parameter, which is given the range's two numbers.</summary>
    Custom = 15,

    /// <summary>1 when the subflow is in the set whose number is the parameter, else 0.</summary>
    SubflowSet = 16,
}
