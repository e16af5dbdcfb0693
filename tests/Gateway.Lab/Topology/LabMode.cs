namespace Gateway.Lab;

/// <summary>How the gateway's namespace stands between client and server.</summary>
public enum LabMode
{
    /// <summary>The gateway routes: every link is a subnet of its own. A host address lives on its own link.</summary>
    Routed,

    /// <summary>The gateway bridges: br1 joins gc1 and gs1, br2 joins gc2 and gs2. The client's address decides the path.</summary>
    Bridged,

    /// <summary>
    /// The gateway's ports are bare: nothing passes until a data path (or <see cref="MptcpLab.BridgePathAsync"/>) joins
    /// them. Hosts complete their own checksums and receive with GRO, as XDP_REDIRECT between veths demands.
    /// </summary>
    Wire,

    /// <summary>
    /// The server has one address behind two equal links. The gateway's routing sends all to link 1; a route of a
    /// higher metric exists over link 2. The client opens its subflows from two addresses.
    /// </summary>
    Spread,
}
