namespace Gateway.Daemon.Policies;

/// <summary>What became of a revision.</summary>
internal enum RevisionFate
{
    /// <summary>It is about to run; it never did.</summary>
    Prepared,

    /// <summary>It runs, or ran.</summary>
    Ran,

    /// <summary>It ran and was not confirmed in time.</summary>
    Reverted,

    /// <summary>It never ran and need not.</summary>
    Stored,

    /// <summary>Its text is damaged, or this version cannot use it.</summary>
    Unusable,
}
