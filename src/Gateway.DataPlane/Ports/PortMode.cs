namespace Gateway.DataPlane;

/// <summary>How a port stands on the path.</summary>
public enum PortMode
{
    /// <summary>The kernel forwards; XDP on ingress, TC on egress.</summary>
    Host,

    /// <summary>Frames entering one port of a pair leave by the other (XDP redirect).</summary>
    Wire,
}
