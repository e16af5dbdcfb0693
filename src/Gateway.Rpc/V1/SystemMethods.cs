using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>The methods of gateway.v1.SystemService, for its server and its clients.</summary>
public static class SystemMethods
{
    /// <summary>The service.</summary>
    public static ServiceDescriptor Service { get; } = SystemReflection.Descriptor.FindTypeByName<ServiceDescriptor>("SystemService");

    /// <summary>What runs: version, kernel features, programs.</summary>
    public static RpcMethod<StatusRequest, StatusResponse> Status { get; } =
        new(Service, "Status", StatusRequest.Parser, StatusResponse.Parser);

    /// <summary>Looks at everything the gateway depends on.</summary>
    public static RpcMethod<DiagnoseRequest, DiagnoseResponse> Diagnose { get; } =
        new(Service, "Diagnose", DiagnoseRequest.Parser, DiagnoseResponse.Parser);

    /// <summary>Looks at everything, and puts right what can be.</summary>
    public static RpcMethod<RepairRequest, RepairResponse> Repair { get; } =
        new(Service, "Repair", RepairRequest.Parser, RepairResponse.Parser);

    /// <summary>Everything needed to find a fault from afar, as a tar archive in gzip.</summary>
    public static RpcMethod<SupportBundleRequest, SupportBundleChunk> SupportBundle { get; } =
        new(Service, "SupportBundle", SupportBundleRequest.Parser, SupportBundleChunk.Parser);

    /// <summary>Detaches every port, removes every pin and ends the daemon: nothing of the gateway stays in the kernel.</summary>
    public static RpcMethod<CleanUpRequest, CleanUpResponse> CleanUp { get; } =
        new(Service, "CleanUp", CleanUpRequest.Parser, CleanUpResponse.Parser);
}
