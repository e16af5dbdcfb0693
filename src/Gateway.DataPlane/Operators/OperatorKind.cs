namespace Gateway.DataPlane;

/// <summary>What a custom operator is in a chain.</summary>
public enum OperatorKind
{
    /// <summary>A step of a chain.</summary>
    Actor,

    /// <summary>A condition of a selector.</summary>
    Selector,
}
