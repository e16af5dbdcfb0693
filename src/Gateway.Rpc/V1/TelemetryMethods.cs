using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>The methods of gateway.v1.TelemetryService, for its server and its clients.</summary>
public static class TelemetryMethods
{
    /// <summary>The service.</summary>
    public static ServiceDescriptor Service { get; } = TelemetryReflection.Descriptor.FindTypeByName<ServiceDescriptor>("TelemetryService");

    /// <summary>The counters of chains, actors, ports and reasons.</summary>
    public static RpcMethod<CountersRequest, CountersResponse> Counters { get; } =
        new(Service, "Counters", CountersRequest.Parser, CountersResponse.Parser);

    /// <summary>Events as they happen, until cancelled.</summary>
    public static RpcMethod<EventsRequest, Event> Events { get; } =
        new(Service, "Events", EventsRequest.Parser, Event.Parser);
}
