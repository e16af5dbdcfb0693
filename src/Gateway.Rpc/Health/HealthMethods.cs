using Google.Protobuf.Reflection;
using Grpc.Health.V1;

namespace Gateway.Rpc;

/// <summary>The methods of grpc.health.v1.Health.</summary>
public static class HealthMethods
{
    /// <summary>The service.</summary>
    public static ServiceDescriptor Service { get; } = HealthReflection.Descriptor.FindTypeByName<ServiceDescriptor>("Health");

    /// <summary>The status of a service now.</summary>
    public static RpcMethod<HealthCheckRequest, HealthCheckResponse> Check { get; } =
        new(Service, "Check", HealthCheckRequest.Parser, HealthCheckResponse.Parser);

    /// <summary>The status of a service now and whenever it changes.</summary>
    public static RpcMethod<HealthCheckRequest, HealthCheckResponse> Watch { get; } =
        new(Service, "Watch", HealthCheckRequest.Parser, HealthCheckResponse.Parser);
}
