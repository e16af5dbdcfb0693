namespace Gateway.Policy;

/// <summary>How long the parts of loading a policy took.</summary>
/// <param name="Read">Text or message to document.</param>
/// <param name="Validate">Checking what it means.</param>
/// <param name="Compile">Document to tables.</param>
public readonly record struct LoadTimes(TimeSpan Read, TimeSpan Validate, TimeSpan Compile);
