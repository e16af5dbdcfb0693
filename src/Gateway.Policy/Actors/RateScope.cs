namespace Gateway.Policy;

/// <summary>Who shares the rate of a rate_limit.</summary>
public enum RateScope
{
    /// <summary>Nobody: each subflow has it for itself.</summary>
    Subflow,

    /// <summary>The subflows of a connection.</summary>
    Connection,

    /// <summary>All that run the chain.</summary>
    Chain,
}
