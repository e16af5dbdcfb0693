namespace Gateway.Mptcp.Rewriting;

/// <summary>Where an MP_PRIO was placed, in the order tried.</summary>
public enum PrioPlacement
{
    /// <summary>In the 4 bytes freed by shrinking the data acknowledgment of a DSS from 8 to 4 bytes.</summary>
    ShrinkDataAck,

    /// <summary>Over the timestamps and their two NOPs of a pure ACK.</summary>
    OverwriteTimestamps,

    /// <summary>In 4 bytes appended to a pure ACK.</summary>
    Append,
}
