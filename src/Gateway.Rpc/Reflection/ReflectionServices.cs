using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>
/// Server reflection (gRPC core, doc/server-reflection.md): clients without the proto files ask the server.
/// Both versions have the same messages under other names, and one implementation.
/// </summary>
internal static class ReflectionServices
{
    /// <summary>Both versions of the service over these services and themselves.</summary>
    internal static IReadOnlyList<GrpcService> Over(IReadOnlyList<ServiceDescriptor> services)
    {
        DescriptorCatalog catalog = new([.. services, ReflectionService.Service, ReflectionV1AlphaService.Service]);
        return [new ReflectionService(catalog), new ReflectionV1AlphaService(catalog)];
    }
}
