namespace Gateway.Policy;

/// <summary>An effect on a packet or its flow.</summary>
public abstract record Actor;
