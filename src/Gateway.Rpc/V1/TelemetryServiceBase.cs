using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>gateway.v1.TelemetryService: counters and events. An implementation overrides the methods; errors are in the proto file.</summary>
public abstract class TelemetryServiceBase : GrpcService
{
    /// <inheritdoc/>
    public sealed override ServiceDescriptor Descriptor => TelemetryMethods.Service;

    /// <summary>The counters of chains, actors, ports and reasons.</summary>
    public virtual Task<CountersResponse> Counters(CountersRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Events as they happen, until cancelled.</summary>
    public virtual Task Events(EventsRequest request, IServerStreamWriter<Event> responseStream, ServerCallContext context) =>
        throw Unimplemented(context);

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder
            .Add(TelemetryMethods.Counters, Counters)
            .Add(TelemetryMethods.Events, Events);
    }
}
