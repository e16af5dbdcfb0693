using Gateway.Daemon.Policies;
using Gateway.Daemon.Telemetry;
using Gateway.DataPlane;
using Gateway.Rpc;
using Gateway.V1;
using Hook = Gateway.DataPlane.Abi.Hook;
using Selector = Gateway.Policy.Selector;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.TelemetryService.</summary>
internal sealed class TelemetryService(KernelDataPlane dataPlane, EventFeed feed, PolicyControl policies, TimeProvider time)
    : TelemetryServiceBase, IDisposable
{
    private static readonly TimeSpan s_reportEvery = TimeSpan.FromSeconds(1);

    private readonly OneAtATime _traces = new("Another trace, capture or shadow runs, and there can be one at a time: end it first.");
    private readonly OneAtATime _trials = new("Another policy is being tried, and there can be one at a time: end it first.");

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

    public override async Task Trace(TraceRequest request, IServerStreamWriter<TracedPacket> responseStream, ServerCallContext context)
    {
        Selector select = TraceSelection.Read(request, ServiceErrors.Run(() => dataPlane.Environment));
        using IDisposable turn = await _traces.EnterAsync(context.CancellationToken).ConfigureAwait(false);
        using PacketTrace trace = ServiceErrors.Run(() => new PacketTrace(dataPlane, policies, time, select));

        // The headers tell the reader that from now on packets are traced.
        await context.WriteResponseHeadersAsync(Metadata.Empty).ConfigureAwait(false);
        while (true)
        {
            CapturedPacket packet = await trace.TakeAsync(context.CancellationToken).ConfigureAwait(false);
            TracedPacket message = TraceMessages.Of(packet, request.Headers, dataPlane.FindGeneration);
            message.Lost = trace.TakeLost();
            await responseStream.WriteAsync(message, context.CancellationToken).ConfigureAwait(false);
        }
    }

    public override async Task<WhatIfResponse> WhatIf(WhatIfRequest request, ServerCallContext context)
    {
        WhatIfMessages.CheckCount(request);
        using IDisposable turn = await _trials.EnterAsync(context.CancellationToken).ConfigureAwait(false);
        using WhatIfRun run = CandidatePolicy.Try(dataPlane, request.Source, request.LiveState);
        return ServiceErrors.Run(() => new WhatIfResponse { Packets = { WhatIfMessages.Run(run, request, context.CancellationToken) } });
    }

    public override async Task Shadow(ShadowRequest request, IServerStreamWriter<ShadowReport> responseStream, ServerCallContext context)
    {
        Selector select = TraceSelection.Read(request.Packets ?? new TraceRequest(), ServiceErrors.Run(() => dataPlane.Environment));
        using IDisposable trial = await _trials.EnterAsync(context.CancellationToken).ConfigureAwait(false);
        using IDisposable turn = await _traces.EnterAsync(context.CancellationToken).ConfigureAwait(false);
        using WhatIfRun candidate = CandidatePolicy.Try(dataPlane, request.Source, liveState: true);
        using PacketTrace trace = ServiceErrors.Run(() => new PacketTrace(dataPlane, policies, time, select));
        var shadow = new PolicyShadow(candidate, dataPlane.FindGeneration);
        using var every = new PeriodicTimer(s_reportEvery, time);
        await context.WriteResponseHeadersAsync(Metadata.Empty).ConfigureAwait(false);
        Task<bool> tick = every.WaitForNextTickAsync(context.CancellationToken).AsTask();
        Task<CapturedPacket> packet = trace.TakeAsync(context.CancellationToken).AsTask();
        while (true)
        {
            await Task.WhenAny(tick, packet).ConfigureAwait(false);
            if (tick.IsCompleted)
            {
                await tick.ConfigureAwait(false);
                shadow.Lost += trace.TakeLost();
                await responseStream.WriteAsync(shadow.Report(), context.CancellationToken).ConfigureAwait(false);
                tick = every.WaitForNextTickAsync(context.CancellationToken).AsTask();
            }

            if (packet.IsCompleted)
            {
                shadow.Compare(await packet.ConfigureAwait(false));
                packet = trace.TakeAsync(context.CancellationToken).AsTask();
            }
        }
    }

    public void Dispose()
    {
        _traces.Dispose();
        _trials.Dispose();
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
