namespace Gateway.DataPlane;

/// <summary>The pins of one port.</summary>
/// <param name="Directory">Its directory.</param>
internal readonly record struct PortPins(string Directory)
{
    internal string Info => Path.Combine(Directory, "info");

    internal string Ingress => Path.Combine(Directory, "ingress");

    internal string Egress => Path.Combine(Directory, "egress");

    internal string Devmap => Path.Combine(Directory, "devmap");

    internal string IngressLink => Path.Combine(Directory, "ingress_link");

    internal string EgressLink => Path.Combine(Directory, "egress_link");
}
