namespace Gateway.Policy;

/// <summary>How something of a policy differs from before.</summary>
public enum ChangeKind
{
    /// <summary>It is new.</summary>
    Added,

    /// <summary>It is gone.</summary>
    Removed,

    /// <summary>It has another value.</summary>
    Changed,

    /// <summary>It is the same at another place in its list.</summary>
    Moved,
}
