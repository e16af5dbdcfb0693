namespace Gateway.Policy;

/// <summary>Which packets, and what to do with them. Of all chains that match a packet one runs.</summary>
/// <param name="Name">Unique in the policy, 1-31 characters [a-z0-9-].</param>
/// <param name="Priority">0-65535; the highest wins, on equal priority the first in the document.</param>
/// <param name="Hooks">The hooks it runs at.</param>
/// <param name="Ports">Names of the NICs it runs at; empty = all managed ports.</param>
/// <param name="Select">Which packets; null = every TCP packet.</param>
/// <param name="Actors">What to do, in order; 1-16.</param>
public sealed record Chain(
    string Name, int Priority, Hooks Hooks, ValueList<string> Ports, Selector? Select, ValueList<Actor> Actors);
