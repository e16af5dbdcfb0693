using Gateway.Daemon.Telemetry;
using Gateway.DataPlane;
using Gateway.Rpc;
using Gateway.V1;
using Hook = Gateway.DataPlane.Abi.Hook;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.TelemetryService.</summary>
internal sealed class TelemetryService(KernelDataPlane dataPlane, EventFeed feed) : TelemetryServiceBase
{
    public override Task<CountersResponse> Counters(CountersRequest request, ServerCallContext context)
    {
        CounterSnapshot counters = ServiceErrors.Run(dataPlane.ReadCounters);
        return Task.FromResult(new CountersResponse
        {
            Chains = { counters.Chains.Select(Of) },
            Ports = { counters.Ports.Select(Of) },
            EventsLost = counters.EventsLost,
        });
    }

    public override async Task Events(EventsRequest request, IServerStreamWriter<Event> responseStream, ServerCallContext context)
    {
        using EventSubscription subscription = feed.Subscribe();

        // The headers tell the reader that from now on it gets every event.
        await context.WriteResponseHeadersAsync(Metadata.Empty).ConfigureAwait(false);
        while (true)
        {
            Event message = await subscription.TakeAsync(context.CancellationToken).ConfigureAwait(false);
            await responseStream.WriteAsync(message, context.CancellationToken).ConfigureAwait(false);
        }
    }

    private static V1.ChainCounters Of(DataPlane.ChainCounters chain) => new()
    {
        Chain = chain.Chain,
        Packets = chain.Packets,
        Bytes = chain.Bytes,
        Actors = { chain.Actors.Select(a => new V1.ActorCounters { Step = (uint)a.Step, Actor = a.Actor, Reasons = { a.Reasons.Select(Of) } }) },
    };

    private static PortCounters Of(DataPlane.PortHookCounters port) => new()
    {
        Nic = port.Nic,
        Hook = port.Hook == Hook.Ingress ? "ingress" : "egress",
        Packets = port.Packets,
        Bytes = port.Bytes,
        Reasons = { port.Reasons.Select(Of) },
    };

    private static V1.ReasonCount Of(DataPlane.ReasonCount count) => new() { Reason = (Reason)count.Reason, Packets = count.Packets };
}
