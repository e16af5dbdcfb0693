namespace Gateway.Policy;

/// <summary>Metrics per subflow.</summary>
public sealed record RecordActor : Actor;
