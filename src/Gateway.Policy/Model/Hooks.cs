namespace Gateway.Policy;

/// <summary>A set of hooks.</summary>
[Flags]
public enum Hooks
{
    /// <summary>No hook; not valid in a chain.</summary>
    None = 0,

    /// <summary>Packets received by a port.</summary>
    Ingress = 1 << Hook.Ingress,

    /// <summary>Packets sent by a port.</summary>
    Egress = 1 << Hook.Egress,
}
