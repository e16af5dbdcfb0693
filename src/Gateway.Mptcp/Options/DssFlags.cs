namespace Gateway.Mptcp.Options;

/// <summary>Flags in the fourth octet of a DSS (RFC 8684, section 3.3).</summary>
[Flags]
public enum DssFlags : byte
{
    /// <summary>No flag.</summary>
    None = 0,

    /// <summary>A: a data acknowledgment is present.</summary>
    DataAck = 0x01,

    /// <summary>a: the data acknowledgment is 8 octets, not 4.</summary>
    DataAck8 = 0x02,

    /// <summary>M: a mapping is present.</summary>
    Mapping = 0x04,

    /// <summary>m: the data sequence number is 8 octets, not 4.</summary>
    DataSequence8 = 0x08,

    /// <summary>F: DATA_FIN.</summary>
    DataFin = 0x10,
}
