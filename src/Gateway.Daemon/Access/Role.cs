namespace Gateway.Daemon.Access;

/// <summary>What a caller may do; each includes the ones before.</summary>
internal enum Role
{
    /// <summary>Nothing.</summary>
    None,

    /// <summary>See everything.</summary>
    Viewer,

    /// <summary>Change policies, and act on connections.</summary>
    Operator,

    /// <summary>Attach NICs, load code into the packet programs, take the gateway out of the kernel.</summary>
    Admin,
}
