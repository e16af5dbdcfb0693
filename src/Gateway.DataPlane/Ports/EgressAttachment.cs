namespace Gateway.DataPlane;

/// <summary>What runs a port's egress policy.</summary>
public enum EgressAttachment
{
    /// <summary>A TCX link (Linux 6.6).</summary>
    Tcx,

    /// <summary>A filter on the clsact qdisc.</summary>
    Clsact,

    /// <summary>The devmap program XDP_REDIRECT runs: wire mode.</summary>
    Devmap,
}
