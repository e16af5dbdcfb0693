namespace Gateway.Policy;

/// <summary>What is done to one live subflow beside the policy.</summary>
/// <param name="Number">Names its chains; unique among all acts.</param>
/// <param name="Subflow">The subflow: both ends with their ports.</param>
/// <param name="Actors">What is done, at most one actor of a kind.</param>
public sealed record SubflowAct(int Number, SubflowSelector Subflow, ValueList<Actor> Actors);
