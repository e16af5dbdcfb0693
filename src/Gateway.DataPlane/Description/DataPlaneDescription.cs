namespace Gateway.DataPlane;

/// <summary>What runs, and on what.</summary>
/// <param name="Programs">Packet programs, by port.</param>
/// <param name="Features">What the kernel can do of what the gateway uses.</param>
public sealed record DataPlaneDescription(IReadOnlyList<LoadedProgram> Programs, IReadOnlyList<KernelFeature> Features);
