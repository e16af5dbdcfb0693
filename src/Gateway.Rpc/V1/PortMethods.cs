using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>The methods of gateway.v1.PortService, for its server and its clients.</summary>
public static class PortMethods
{
    /// <summary>The service.</summary>
    public static ServiceDescriptor Service { get; } = PortReflection.Descriptor.FindTypeByName<ServiceDescriptor>("PortService");

    /// <summary>Attaches the packet programs to a NIC, in wire mode to a pair.</summary>
    public static RpcMethod<AttachPortRequest, AttachPortResponse> Attach { get; } =
        new(Service, "Attach", AttachPortRequest.Parser, AttachPortResponse.Parser);

    /// <summary>Detaches a NIC, in wire mode the pair.</summary>
    public static RpcMethod<DetachPortRequest, DetachPortResponse> Detach { get; } =
        new(Service, "Detach", DetachPortRequest.Parser, DetachPortResponse.Parser);

    /// <summary>The attached ports.</summary>
    public static RpcMethod<ListPortsRequest, ListPortsResponse> List { get; } =
        new(Service, "List", ListPortsRequest.Parser, ListPortsResponse.Parser);
}
