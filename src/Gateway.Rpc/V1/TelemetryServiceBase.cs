using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>gateway.v1.TelemetryService: counters, events, traces and what-if. An implementation overrides the methods; errors are in the proto file.</summary>
public abstract class TelemetryServiceBase : GrpcService
{
    /// <inheritdoc/>
    public sealed override ServiceDescriptor Descriptor => TelemetryMethods.Service;

    /// <summary>The counters of chains, actors, ports and reasons.</summary>
    public virtual Task<CountersResponse> Counters(CountersRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Events as they happen, until cancelled.</summary>
    public virtual Task Events(EventsRequest request, IServerStreamWriter<Event> responseStream, ServerCallContext context) =>
        throw Unimplemented(context);

    /// <summary>Packets of the running policy and why they were treated as they were, until cancelled.</summary>
    public virtual Task Trace(TraceRequest request, IServerStreamWriter<TracedPacket> responseStream, ServerCallContext context) =>
        throw Unimplemented(context);

    /// <summary>What a policy would do to frames.</summary>
    public virtual Task<WhatIfResponse> WhatIf(WhatIfRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>A candidate policy beside the running one, until cancelled.</summary>
    public virtual Task Shadow(ShadowRequest request, IServerStreamWriter<ShadowReport> responseStream, ServerCallContext context) =>
        throw Unimplemented(context);

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder
            .Add(TelemetryMethods.Counters, Counters)
            .Add(TelemetryMethods.Events, Events)
            .Add(TelemetryMethods.Trace, Trace)
            .Add(TelemetryMethods.WhatIf, WhatIf)
            .Add(TelemetryMethods.Shadow, Shadow);
    }
}
