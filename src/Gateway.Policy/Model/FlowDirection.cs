namespace Gateway.Policy;

/// <summary>The direction of a packet in its subflow.</summary>
public enum FlowDirection
{
    /// <summary>The subflow's SYN was not seen.</summary>
    Unknown = 0,

    /// <summary>From the host that sent the subflow's SYN.</summary>
    Original = 1,

    /// <summary>To the host that sent the subflow's SYN.</summary>
    Reply = 2,
}
