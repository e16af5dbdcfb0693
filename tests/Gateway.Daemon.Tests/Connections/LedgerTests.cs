using System.Net;
using Gateway.Daemon.Connections;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;
using static Gateway.Daemon.Tests.Connections.Script;
using Entry = Gateway.V1.LedgerEntry;
using Verdict = Gateway.V1.LedgerEntry.Types.Verdict;

namespace Gateway.Daemon.Tests.Connections;

public sealed class LedgerTests
{
    private const byte Syn = 0x02;
    private const byte SynAck = 0x12;
    private const byte Data = 0x18;
    private const byte Rst = 0x14;

    public static TheoryData<string, Verdict, Entry> Stories { get; } = new()
    {
        { "SYN", Verdict.Unspecified, new Entry { Offered = 1 } },
        { "SYN SYN", Verdict.Unspecified, new Entry { Offered = 1, OfferedAgain = 1 } },
        { "SYN ANSWER ACK", Verdict.Works, new Entry { Offered = 1, Accepted = 1, Established = 1 } },
        { "SYN ANSWER ANSWER ACK ACK FIN", Verdict.Works, new Entry { Offered = 1, Accepted = 1, Established = 1 } },
        { "SYN PLAIN PLAIN", Verdict.ServerSide, new Entry { Offered = 1, AnsweredWithout = 1 } },
        { "SYN SYN SYN PLAIN", Verdict.OfferLost, new Entry { Offered = 1, OfferedAgain = 2, AnsweredWithout = 1 } },
        { "SYN RST", Verdict.Unspecified, new Entry { Offered = 1, Refused = 1 } },
        { "SYN STRIP PLAIN", Verdict.StrippedHere, new Entry { Offered = 1, StrippedHere = 1 } },
        { "SYN ANSWER CLIENT-DATA CLIENT-DATA", Verdict.ClientSide, new Entry { Offered = 1, Accepted = 1, FellBackClient = 1 } },
        { "SYN ANSWER ACK CLIENT-DATA", Verdict.ServerSideLater, new Entry { Offered = 1, Accepted = 1, Established = 1, FellBackServer = 1 } },
        { "SYN ANSWER ACK SERVER-DATA", Verdict.ServerSideLater, new Entry { Offered = 1, Accepted = 1, Established = 1, FellBackServer = 1 } },
        { "SYN ANSWER ACK FAIL FAIL", Verdict.PayloadChanged, new Entry { Offered = 1, Accepted = 1, Established = 1, Failed = 1 } },
        { "SYN0 ANSWER0 ACK", Verdict.Works, new Entry { Offered = 1, OfferedV0 = 1, Accepted = 1, AcceptedV0 = 1, Established = 1 } },
        { "SYN PLAIN NEXT ANSWER", Verdict.Mixed, new Entry { Offered = 2, AnsweredWithout = 1, Accepted = 1 } },
        { "SYN ANSWER ACK RST NEXT PLAIN", Verdict.Mixed, new Entry { Offered = 2, Accepted = 1, Established = 1, AnsweredWithout = 1 } },
        { "ANSWER ACK PLAIN", Verdict.Unspecified, new Entry() },
        { "JOIN JOIN-ANSWER JOIN-ACK RST", Verdict.Unspecified, new Entry { JoinsOffered = 1, JoinsAccepted = 1, JoinsEstablished = 1 } },
        { "JOIN JOIN RST", Verdict.Unspecified, new Entry { JoinsOffered = 1, JoinsRefused = 1 } },
        { "JOIN JOIN-ANSWER RST", Verdict.Unspecified, new Entry { JoinsOffered = 1, JoinsAccepted = 1, JoinsRefused = 1 } },
        { "JOIN PLAIN", Verdict.Unspecified, new Entry { JoinsOffered = 1, JoinsAnsweredWithout = 1 } },
        { "JOIN BLOCK PLAIN", Verdict.Unspecified, new Entry { JoinsOffered = 1, JoinsRefusedHere = 1 } },
    };

    [Theory]
    [MemberData(nameof(Stories))]
    public void Each_flow_is_counted_once_by_what_became_of_its_offer(string story, Verdict verdict, Entry expected)
    {
        var script = new Script();
        foreach (string step in story.Split(' '))
        {
            Play(script, step);
        }

        if (expected.Offered + expected.JoinsOffered == 0)
        {
            Assert.Empty(script.Ledger.List());
            return;
        }

        Entry entry = Assert.Single(script.Ledger.List());
        Assert.Equal(("10.0.0.0/24", "10.0.0.0/24", "eth0", verdict), (entry.ClientPrefix, entry.ServerPrefix, entry.ClientNic, entry.Verdict));
        (expected.ClientPrefix, expected.ServerPrefix, expected.ClientNic) = (entry.ClientPrefix, entry.ServerPrefix, entry.ClientNic);
        (expected.ServerNic, expected.Verdict) = (entry.ServerNic, entry.Verdict);
        (expected.FirstSeenUnixNanos, expected.LastSeenUnixNanos) = (entry.FirstSeenUnixNanos, entry.LastSeenUnixNanos);
        Assert.Equal(expected, entry);
        Assert.Equal(expected.Offered, script.Ledger.Totals().Single(t => t is { Handshake: "mp_capable", Outcome: "offered" }).Count);
    }

    [Theory]
    [InlineData("10.20.30.40", 24, "10.20.30.0")]
    [InlineData("10.20.30.255", 25, "10.20.30.128")]
    [InlineData("10.20.30.40", 32, "10.20.30.40")]
    [InlineData("10.20.30.40", 0, "0.0.0.0")]
    [InlineData("2001:db8:1:2::9", 48, "2001:db8:1::")]
    [InlineData("2001:db8:1:ffff::9", 50, "2001:db8:1:c000::")]
    public void A_network_is_an_address_without_its_further_bits(string address, int bits, string network) =>
        Assert.Equal(IPAddress.Parse(network), LedgerKey.Network(IPAddress.Parse(address), bits, bits));

    [Fact]
    public void An_answer_tells_the_port_toward_the_server_and_takes_along_what_was_counted()
    {
        var ledger = new MptcpLedger(new LedgerOptions());
        PathEvent syn = Offer(1);
        ledger.Observe(in syn);
        ledger.Observe(in syn);
        Assert.Equal("", Assert.Single(ledger.List()).ServerNic);
        PathEvent other = Offer(2);
        ledger.Observe(in other);

        PathEvent answer = syn with
        {
            Type = EventType.Fallback,
            TcpFlags = SynAck,
            Nic = "eth1",
            Source = syn.Destination,
            Destination = syn.Source,
            SourcePort = syn.DestinationPort,
            DestinationPort = syn.SourcePort,
            Direction = Direction.Reply,
        };
        ledger.Observe(in answer);

        Entry[] entries = [.. ledger.List().OrderBy(e => e.ServerNic)];
        Assert.Equal([("", 1ul, 0ul), ("eth1", 1ul, 1ul)], entries.Select(e => (e.ServerNic, e.Offered, e.AnsweredWithout)));
        Assert.Equal(1ul, entries[1].OfferedAgain);
    }

    [Fact]
    public void Entries_and_flows_are_bounded_and_what_had_to_go_is_counted()
    {
        var ledger = new MptcpLedger(new LedgerOptions { MaxEntries = 4, MaxFlows = 8, IPv4Prefix = 32 });
        for (byte i = 0; i < 20; i++)
        {
            PathEvent syn = Offer(i);
            ledger.Observe(in syn);
        }

        Assert.Equal((4, 16L, 12L), (ledger.List().Count, ledger.Evicted, ledger.Forgotten));
        Assert.Equal(["10.0.0.19/32", "10.0.0.18/32", "10.0.0.17/32", "10.0.0.16/32"], ledger.List().Select(e => e.ClientPrefix));
        Assert.Equal(20ul, ledger.Totals()[0].Count);
    }

    private static PathEvent Offer(byte host) => TestEvents.Empty with
    {
        Type = EventType.MpCapable,
        TcpFlags = Syn,
        Source = new IPAddress([10, 0, 0, host]),
        Destination = IPAddress.Parse("10.9.0.1"),
        Options = new TcpOptionBytes(MptcpOptions.MpCapable().Bytes.Span),
        OptionOffset = 0,
    };

    private static void Play(Script script, string step)
    {
        TcpOption offerV0 = MptcpOptions.MpCapable(ClientKey, version: MptcpVersion.V0), answerV0 = MptcpOptions.MpCapable(ServerKey, version: MptcpVersion.V0);
        switch (step)
        {
            case "SYN":
                script.SynCapable();
                break;
            case "NEXT":
                script.SynCapable(sequence: 77);
                break;
            case "SYN0":
                script.Send(EventType.MpCapable, ClientEnd, ServerEnd, Syn, offerV0, Direction.Original);
                break;
            case "ANSWER":
                script.SynAckCapable();
                break;
            case "ANSWER0":
                script.Send(EventType.MpCapable, ServerEnd, ClientEnd, SynAck, answerV0, Direction.Reply);
                break;
            case "ACK":
                script.AckCapable(Id);
                break;
            case "PLAIN":
                script.Send(EventType.Fallback, ServerEnd, ClientEnd, SynAck, direction: Direction.Reply);
                break;
            case "CLIENT-DATA":
                script.Send(EventType.Fallback, ClientEnd, ServerEnd, Data, direction: Direction.Original);
                break;
            case "SERVER-DATA":
                script.Send(EventType.Fallback, ServerEnd, ClientEnd, Data, direction: Direction.Reply);
                break;
            case "FAIL":
                script.Send(EventType.MpFail, ServerEnd, ClientEnd, Data, direction: Direction.Reply);
                break;
            case "STRIP":
                script.Send(EventType.Actor, ClientEnd, ServerEnd, Syn, op: Op.StripMptcp, reason: Reason.Done);
                break;
            case "BLOCK":
                script.Send(EventType.Actor, ClientEnd, ServerEnd, Syn, op: Op.BlkSubflow, reason: Reason.Done);
                break;
            case "JOIN":
                script.Send(EventType.MpJoin, ClientEnd, ServerEnd, Syn, MptcpOptions.MpJoinSyn(1, 7, 3, false), Direction.Original, token: 1);
                break;
            case "JOIN-ANSWER":
                script.Send(EventType.MpJoin, ServerEnd, ClientEnd, SynAck, MptcpOptions.MpJoinSynAck(1, 2, 5, false), Direction.Reply, token: 1);
                break;
            case "JOIN-ACK":
                script.Send(EventType.MpJoin, ClientEnd, ServerEnd, 0x10, MptcpOptions.MpJoinAck(new byte[20]), Direction.Original, token: 1);
                break;
            case "RST":
                script.Send(EventType.Rst, ServerEnd, ClientEnd, Rst, direction: Direction.Reply);
                break;
            case "FIN":
                script.Send(EventType.Fin, ServerEnd, ClientEnd, 0x11, flow: FlowFlag.Fin);
                break;
            default:
                Assert.Fail(step);
                break;
        }
    }
}
