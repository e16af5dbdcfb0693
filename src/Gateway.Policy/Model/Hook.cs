namespace Gateway.Policy;

/// <summary>Where at a port a packet is.</summary>
public enum Hook
{
    /// <summary>Received by the port.</summary>
    Ingress = 0,

    /// <summary>About to be sent by the port.</summary>
    Egress = 1,
}
