namespace Gateway.Client;

/// <summary>How a policy is changed.</summary>
public sealed record ChangeOptions
{
    /// <summary>Compare-and-swap: only when this revision is running; 0 = whatever runs.</summary>
    public ulong ExpectedRevision { get; init; }

    /// <summary>Compare-and-swap: only when no policy is running. Excludes <see cref="ExpectedRevision"/>; not for rollbacks.</summary>
    public bool ExpectNone { get; init; }

    /// <summary>Only plan; nothing changes.</summary>
    public bool DryRun { get; init; }

    /// <summary>
    /// The policy gives way to the last confirmed one unless <see cref="PolicyClient.ConfirmAsync"/> comes within this time, also
    /// when the daemon is killed meanwhile. Whole seconds, at most a week; null = it stays.
    /// </summary>
    public TimeSpan? ConfirmWithin { get; init; }

    /// <summary>Who changes it, at most 128 bytes; empty = this process' user.</summary>
    public string Author { get; init; } = "";

    /// <summary>Why, at most 1024 bytes.</summary>
    public string Comment { get; init; } = "";

    /// <summary>Never less than what was asked for.</summary>
    internal uint ConfirmSeconds => ConfirmWithin is { } time ? (uint)Math.Clamp(Math.Ceiling(time.TotalSeconds), 1, uint.MaxValue) : 0;
}
