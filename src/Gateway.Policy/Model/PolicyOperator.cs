namespace Gateway.Policy;

/// <summary>A custom operator that policies can use.</summary>
/// <param name="Slot">Its place in the packet programs.</param>
/// <param name="IsSelector">Whether it is a selector, else an actor.</param>
public sealed record PolicyOperator(int Slot, bool IsSelector);
