namespace Gateway.DataPlane;

/// <summary>How much a finding matters.</summary>
public enum FindingSeverity
{
    /// <summary>As it should be.</summary>
    Ok = 1,

    /// <summary>Works, with a limit or a risk.</summary>
    Warning = 2,

    /// <summary>Does not do what it is there for.</summary>
    Error = 3,
}
