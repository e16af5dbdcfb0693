using Gateway.Rpc;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Cli.Tests;

/// <summary>Counters with reasons; an endless stream of events when asked for one.</summary>
internal sealed class CannedTelemetry : TelemetryServiceBase
{
    private ulong _calls;

    public bool Endless { get; set; }

    /// <summary>What the chain's packets grow by from one answer to the next.</summary>
    public ulong PacketsPerCall { get; set; }

    public TaskCompletionSource EventsEnded { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task<CountersResponse> Counters(CountersRequest request, ServerCallContext context) => Task.FromResult(new CountersResponse
    {
        Chains =
        {
            new ChainCounters
            {
                Chain = "demote", Packets = 1200 + (PacketsPerCall * _calls++), Bytes = 90000,
                Actors =
                {
                    new ActorCounters
                    {
                        Step = 0, Actor = "set_backup",
                        Reasons = { new ReasonCount { Reason = Reason.Done, Packets = 1 }, new ReasonCount { Reason = Reason.NoRoom, Packets = 1199 } },
                    },
                },
            },
        },
        Ports = { new PortCounters { Nic = "wan0", Hook = "ingress", Packets = 5000, Bytes = 700000, Reasons = { new ReasonCount { Reason = Reason.NotTcp, Packets = 17 } } } },
        EventsLost = 3,
    });

    /// <summary>What was asked to be traced.</summary>
    public TraceRequest? Traced { get; private set; }

    public override async Task Trace(TraceRequest request, IServerStreamWriter<TracedPacket> responseStream, ServerCallContext context)
    {
        Traced = request;
        TracedPacket packet = new()
        {
            UnixNanos = 1_700_000_000_123_456_789,
            Nic = "wan0",
            Hook = "ingress",
            SourceAddress = "10.0.1.1",
            SourcePort = 40000,
            DestinationAddress = "2001:db8::2",
            DestinationPort = 443,
            ConnectionId = "0a0b0c0d:01020304",
            TcpFlags = { "ACK" },
            TcpOptions = { "timestamps", "dss", "mp_prio" },
            Sequence = 4_000_000_000,
            Chain = "demote",
            Revision = 7,
            Results = { new ActorResult { Step = 0, Actor = "set_backup", Reason = Reason.Done }, new ActorResult { Step = 1, Actor = "count", Reason = Reason.Done } },
            Fate = TracedPacket.Types.Fate.Passed,
            Rewritten = true,
        };
        if (request.Headers)
        {
            packet.Before = new PacketHeaders { Data = ByteString.CopyFrom([.. Enumerable.Range(0, 66).Select(i => (byte)i)]), FrameLength = 66 };
            packet.After = new PacketHeaders { Data = ByteString.CopyFrom([.. Enumerable.Range(1, 70).Select(i => (byte)i)]), FrameLength = 70 };
        }

        await responseStream.WriteAsync(packet);
        TracedPacket dropped = packet.Clone();
        (dropped.Chain, dropped.Fate, dropped.Lost, dropped.Vlan) = ("gone", TracedPacket.Types.Fate.Dropped, 3, 7);
        await responseStream.WriteAsync(dropped);
        TracedPacket plain = packet.Clone();
        (plain.Chain, plain.Rewritten, plain.Fate, plain.TargetNic) = ("", false, TracedPacket.Types.Fate.Redirected, "wan1");
        await responseStream.WriteAsync(plain);
        await Task.Delay(Timeout.Infinite, context.CancellationToken);
    }

    public override async Task Events(EventsRequest request, IServerStreamWriter<Event> responseStream, ServerCallContext context)
    {
        try
        {
            await responseStream.WriteAsync(new Event
            {
                Kind = Event.Types.Kind.MpJoin,
                UnixNanos = 1_700_000_000_123_456_789,
                Nic = "wan0",
                Hook = "ingress",
                SourceAddress = "2001:db8::1",
                SourcePort = 50000,
                DestinationAddress = "2001:db8::2",
                DestinationPort = 443,
                ConnectionId = "0a0b0c0d:01020304",
                Chain = "demote",
                Actor = "get_subflow",
                Reason = Reason.Done,
                Text = "second subflow joins",
            });
            await responseStream.WriteAsync(new Event
            {
                Kind = Event.Types.Kind.Trace,
                UnixNanos = 1_700_000_000_123_456_789,
                Nic = "wan0",
                Hook = "egress",
                SourceAddress = "10.0.1.1",
                SourcePort = 40000,
                DestinationAddress = "10.0.2.1",
                DestinationPort = 443,
                Chain = "look",
                Actor = "trace",
                Reason = Reason.Done,
                TcpFlags = { "PSH", "ACK" },
                TcpOptions = { "timestamps", "dss" },
                Sequence = 4_000_000_000,
                Results =
                {
                    new ActorResult { Step = 0, Actor = "set_backup", Reason = Reason.NoRoom },
                    new ActorResult { Step = 1, Actor = "trace", Reason = Reason.Done },
                },
                Text = "a packet of chain look",
            });
            await responseStream.WriteAsync(new Event { Kind = Event.Types.Kind.Lost, Lost = 42 });
            while (Endless)
            {
                await responseStream.WriteAsync(new Event { Kind = Event.Types.Kind.Fallback });
                await Task.Delay(1, context.CancellationToken);
            }
        }
        finally
        {
            EventsEnded.TrySetResult();
        }
    }
}
