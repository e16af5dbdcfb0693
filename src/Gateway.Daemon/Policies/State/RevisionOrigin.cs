namespace Gateway.Daemon.Policies;

/// <summary>Where a revision comes from.</summary>
internal enum RevisionOrigin
{
    /// <summary>It was applied.</summary>
    Applied,

    /// <summary>An older revision was applied again.</summary>
    Rollback,

    /// <summary>It was put into the history only.</summary>
    Imported,

    /// <summary>It ran in the kernel, and the history did not have it.</summary>
    Found,
}
