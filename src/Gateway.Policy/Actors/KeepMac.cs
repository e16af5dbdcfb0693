namespace Gateway.Policy;

/// <summary>Both stay as they are.</summary>
public sealed record KeepMac : RedirectMac;
