namespace Gateway.Lab;

/// <summary>The address family a scenario's endpoints and transfers use. Both are always configured on the links.</summary>
public enum Family
{
    /// <summary>IPv4.</summary>
    V4,

    /// <summary>IPv6.</summary>
    V6,
}
