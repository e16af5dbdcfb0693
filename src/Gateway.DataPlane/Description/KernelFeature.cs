namespace Gateway.DataPlane;

/// <summary>Something the kernel can or cannot do.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Available">Whether it can.</param>
/// <param name="Effect">What follows.</param>
public sealed record KernelFeature(string Name, bool Available, string Effect);
