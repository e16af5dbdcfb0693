using System.Collections.Immutable;

namespace Gateway.Policy;

/// <summary>Ports by class.</summary>
/// <param name="ClassOfPort">65536 class numbers, by port number in host order.</param>
/// <param name="VectorOfClass">The vector of each class.</param>
public sealed record CompiledPortClasses(ImmutableArray<ushort> ClassOfPort, ImmutableArray<ushort> VectorOfClass)
{
    /// <summary>The vector of a port.</summary>
    public ushort VectorOf(ushort port) => VectorOfClass[ClassOfPort[port]];
}
