namespace Gateway.Lab;

/// <summary>Which in-kernel path manager endpoints make the client join more subflows.</summary>
public enum Join
{
    /// <summary>No endpoints: one subflow per connection.</summary>
    None,

    /// <summary>The server announces its second address (ADD_ADDR); the client joins c2 to s2. Not for <see cref="LabMode.Spread"/>.</summary>
    ServerSignals,

    /// <summary>The client joins from its second address to the server's first one.</summary>
    ClientSubflow,

    /// <summary>The client joins from each of its addresses to each address of the server.</summary>
    Fullmesh,
}
