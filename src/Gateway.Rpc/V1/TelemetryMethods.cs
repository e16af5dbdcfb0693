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

    /// <summary>Packets of the running policy and why they were treated as they were, until cancelled.</summary>
    public static RpcMethod<TraceRequest, TracedPacket> Trace { get; } =
        new(Service, "Trace", TraceRequest.Parser, TracedPacket.Parser);

    /// <summary>What a policy would do to frames.</summary>
    public static RpcMethod<WhatIfRequest, WhatIfResponse> WhatIf { get; } =
        new(Service, "WhatIf", WhatIfRequest.Parser, WhatIfResponse.Parser);

    /// <summary>A candidate policy beside the running one, until cancelled.</summary>
    public static RpcMethod<ShadowRequest, ShadowReport> Shadow { get; } =
        new(Service, "Shadow", ShadowRequest.Parser, ShadowReport.Parser);
}
