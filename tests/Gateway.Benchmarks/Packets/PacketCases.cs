using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Rewriting;
using Gateway.Policy;

namespace Gateway.Benchmarks.Packets;

/// <summary>The packet cases. Frames of a flow carry 40 bytes of options, as Linux's data segments do, and 1300 of payload.</summary>
internal static class PacketCases
{
    /// <summary>Bytes of TCP payload.</summary>
    internal const int Payload = 1300;

    /// <summary>
    /// 8 Mbit/s for the 20 ms of <see cref="PacketMeter"/> and 60 ms of slack: 80 000 bytes, with a scale of 7. The
    /// policer would drop frames that come as fast as they are measured.
    /// </summary>
    private const string Limit = "{rate_limit: {rate: 8Mbit/s, policer: off}}";
    private const ushort LimitedWindow = 625;

    private const ushort RewrittenPort = 5299;

    private static readonly Func<byte[], RewriteResult> s_limited = frame => FrameRewriter.ReplaceWindow(frame, LimitedWindow, ChecksumState.Complete);

    internal static IReadOnlyList<PacketCase> All { get; } =
    [
        new()
        {
            Id = "udp", Target = 0.3, Policy = Chain("count"), Connection = false, Flows = 0,
            Frame = c => PacketBuilder.Create().Between(c.Client, c.Server).Udp(c.ClientPort, c.ServerPort).WithPayload(new byte[Payload]).Build(),
            Evidence = [Evidence.Port(Reason.NotTcp)],
        },
        new()
        {
            Id = "plain_tcp", Target = 0.6, Policy = Chain("count", "{packet_type: mptcp}"), Connection = false, Flows = 0,
            Frame = Plain, Evidence = [Evidence.Port(Reason.NoMatch)],
        },
        new()
        {
            Id = "plain_tcp_lookup", Target = 1.7, Policy = Chain("count", "{port: 9}"), Connection = false,
            Frame = Plain, Evidence = [Evidence.Port(Reason.NoMatch)],
        },
        new() { Id = "matched", Target = 2.5, Policy = Chain("count"), Frame = Data, Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)] },
        new()
        {
            Id = "rate_limit", Target = 2.7, Policy = Chain(Limit), Frame = Data, Edit = s_limited,
            Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)],
        },
        new() { Id = "record", Target = 2.9, Policy = Chain("record"), Frame = Data, Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)] },
        new()
        {
            Id = "chain3", Target = 3.0, Policy = Chain($"{Limit}, record, count"), Frame = Data, Edit = s_limited,
            Evidence = [Evidence.Chain, .. Done(3)],
        },
        new()
        {
            Id = "chain16", Target = 4.2, Policy = Sixteen,
            Frame = Data, Edit = s_limited, Evidence = [Evidence.Chain, .. Done(16)],
        },
        new()
        {
            Id = "set_backup", Target = 4, Policy = Chain("{set_backup: on}"), Frame = Data, Resets = FlowResets.Prio, Events = 1,
            Edit = frame => FrameRewriter.PlacePrio(frame, true, ChecksumState.Complete), Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)],
        },
        new()
        {
            Id = "rewrite", Policy = Chain($"{{rewrite: {{dst_port: {RewrittenPort}}}}}"), Frame = Data, Edit = Rewritten,
            Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)],
        },
        new()
        {
            Id = "rules_1m_hot", Target = 0.05, Policy = Rules(1_000_000), Baseline = Rules(1), Frame = Data,
            Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)],
        },
        .. new[] { (Count: 1_000, Id: "rules_1k_hot"), (Count: 100_000, Id: "rules_100k_hot") }.Select(size => new PacketCase
        {
            Id = size.Id, Policy = Rules(size.Count), Baseline = Rules(1), Frame = Data,
            Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)],
        }),
        new()
        {
            Id = "event", Target = 4, Policy = Chain("trace"), Frame = Data, Events = 1, HasLiveReader = true, Evidence = [Evidence.Chain],
        },
        new()
        {
            Id = "chains_100", Policy = Expressions(100), Baseline = Expressions(1), Frame = Data,
            Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)],
        },
        new()
        {
            Id = "chains_1000", Target = 0.1, Policy = Expressions(1000), Baseline = Expressions(1), Frame = Data,
            Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)],
        },
        new()
        {
            Id = "classify_1", Policy = Expressions(1), Frame = Data, Resets = FlowResets.Class,
            Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)],
        },
        new()
        {
            Id = "classify_1000", Policy = Expressions(1000), Frame = Data, Resets = FlowResets.Class,
            Evidence = [Evidence.Chain, Evidence.Step(0, Reason.Done)],
        },
    ];

    private static byte[] Data(Conversation conversation) => conversation.Data(bytes: Payload);

    private static byte[] Plain(Conversation conversation) => conversation.Packet(true).WithPayload(Conversation.Payload(Payload)).Build();

    private static RewriteResult Rewritten(byte[] frame)
    {
        // The options fill all 40 bytes: the TCP header has 60.
        const int TcpHeader = 60, DestinationPort = 2, Check = 16;
        byte[] edited = [.. frame];
        Span<byte> header = edited.AsSpan(frame.Length - Payload - TcpHeader, TcpHeader);
        ushort before = BinaryPrimitives.ReadUInt16BigEndian(header[DestinationPort..]);
        // RFC 1624, equation 3.
        int sum = (ushort)~BinaryPrimitives.ReadUInt16BigEndian(header[Check..]) + (ushort)~before + RewrittenPort;
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        sum = (sum & ushort.MaxValue) + (sum >> 16);
        BinaryPrimitives.WriteUInt16BigEndian(header[DestinationPort..], RewrittenPort);
        BinaryPrimitives.WriteUInt16BigEndian(header[Check..], (ushort)~sum);
        return new RewriteResult(RewriteOutcome.Done, ParseOutcome.None, edited);
    }

    private static IEnumerable<Evidence> Done(int steps) => Enumerable.Range(0, steps).Select(step => Evidence.Step(step, Reason.Done));

    private static Action<PacketBench, Conversation> Chain(string actors, string? select = null) => (bench, _) =>
        bench.Start($"  - {{name: {PacketCase.Chain}, priority: 1, hooks: [ingress, egress]{(select is null ? "" : $", select: {select}")}, actors: [{actors}]}}\n");

    /// <summary>
    /// The longest chain the programs run. A policy file holds each actor once, so it goes to the compiler without the
    /// validator.
    /// </summary>
    private static void Sixteen(PacketBench bench, Conversation conversation)
    {
        Policy.Chain chain = new(
            PacketCase.Chain, 1, Hooks.Ingress | Hooks.Egress, [], null,
            [new RateLimitActor(new Rate(8_000_000), Policer: false), new RecordActor(), .. Enumerable.Repeat(new CountActor(), 14)]);
        CompileResult compiled = PolicyCompiler.Compile(new PolicyDocument("bench", [chain]), PacketBench.Ports, CompilerLimits.Default);
        bench.Reset().Apply(
            compiled.Policy ?? throw new InvalidOperationException($"Sixteen actors do not compile: {compiled.Errors[0]}"),
            "# sixteen actors, built without text");
    }

    /// <summary>That many chains of prefixes, ports and types mixed; the last one is the flow's.</summary>
    private static Action<PacketBench, Conversation> Expressions(int count) => (bench, conversation) =>
    {
        var yaml = new StringBuilder();
        for (int i = 0; i < count - 1; i++)
        {
            string prefix = conversation.Client.Contains(':', StringComparison.Ordinal) ? $"2001:db9:{i:x}::/48" : $"10.{i >> 6}.{(i & 63) << 2}.0/22";
            string select = (i % 4) switch
            {
                0 => $"{{src: {prefix}}}",
                1 => $"{{all: [{{dst: {prefix}}}, {{src_port: {1000 + i}}}]}}",
                2 => $"{{all: [{{dst_port: {10000 + i}-{10004 + i}}}, {{packet_type: data}}]}}",
                _ => $"{{all: [{{src: {prefix}}}, {{dst: {conversation.Server}}}, {{not: {{packet_type: syn}}}}]}}",
            };
            yaml.Append(CultureInfo.InvariantCulture, $"  - {{name: c{i}, priority: 2, hooks: [ingress, egress], select: {select}, actors: [count]}}\n");
        }

        yaml.Append(CultureInfo.InvariantCulture, $"  - {{name: {PacketCase.Chain}, priority: 1, hooks: [ingress, egress], select: {{dst_port: {conversation.ServerPort}}}, actors: [count]}}\n");
        bench.Start(yaml.ToString());
    };

    /// <summary>One chain of that many exact subflows, the flow's in the middle.</summary>
    private static Action<PacketBench, Conversation> Rules(int count) => (bench, conversation) =>
    {
        var server = IpPrefix.Parse(conversation.Server);
        bool six = conversation.Client.Contains(':', StringComparison.Ordinal);
        var subflows = new Selector[count];
        for (int i = 0; i < count; i++)
        {
            string client = i == count / 2 ? conversation.Client : six ? $"2001:db8:77::{i >> 16:x}:{i & 0xffff:x}" : $"10.{i >> 16}.{(i >> 8) & 255}.{i & 255}";
            subflows[i] = new SubflowSelector(IpPrefix.Parse(client), conversation.ClientPort, server, conversation.ServerPort);
        }

        Policy.Chain chain = new(PacketCase.Chain, 1, Hooks.Ingress | Hooks.Egress, [], new AnySelector([.. subflows]), [new CountActor()]);
        PolicyLoadResult loaded = PolicyLoader.Load(new PolicyDocument("bench", [chain]), PacketBench.Ports, CompilerLimits.Default);
        bench.Reset().Apply(
            loaded.Compiled ?? throw new InvalidOperationException($"{count} rules do not compile: {loaded.Errors[0]}"),
            $"# {count} exact subflows, built without text");
    };
}
