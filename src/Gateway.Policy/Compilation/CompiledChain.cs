namespace Gateway.Policy;

/// <summary>What the kernel needs to run a chain.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Priority">Its priority; already part of the order of the terms.</param>
/// <param name="Actors">What to do, in order.</param>
/// <param name="Operators">Names of the custom operators it uses, as actors or in its selector, sorted.</param>
public sealed record CompiledChain(string Name, int Priority, ValueList<Actor> Actors, ValueList<string> Operators);
