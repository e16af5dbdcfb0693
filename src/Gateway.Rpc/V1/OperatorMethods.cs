using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>The methods of gateway.v1.OperatorService, for its server and its clients.</summary>
public static class OperatorMethods
{
    /// <summary>The service.</summary>
    public static ServiceDescriptor Service { get; } = OperatorReflection.Descriptor.FindTypeByName<ServiceDescriptor>("OperatorService");

    /// <summary>The loaded operators.</summary>
    public static RpcMethod<ListOperatorsRequest, ListOperatorsResponse> List { get; } =
        new(Service, "List", ListOperatorsRequest.Parser, ListOperatorsResponse.Parser);

    /// <summary>Loads or replaces an operator.</summary>
    public static RpcMethod<LoadOperatorRequest, LoadOperatorResponse> Load { get; } =
        new(Service, "Load", LoadOperatorRequest.Parser, LoadOperatorResponse.Parser);

    /// <summary>Unloads an operator.</summary>
    public static RpcMethod<UnloadOperatorRequest, UnloadOperatorResponse> Unload { get; } =
        new(Service, "Unload", UnloadOperatorRequest.Parser, UnloadOperatorResponse.Parser);
}
