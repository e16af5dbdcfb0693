using System.Net;
using Gateway.Daemon.Connections;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Daemon.Tests.Connections;

/// <summary>A tracker and the events of hosts that talk to each other.</summary>
internal sealed class Script
{
    public static readonly MptcpKey ClientKey = new(0x0102030405060708);
    public static readonly MptcpKey ServerKey = new(0x1112131415161718);
    public static readonly FlowEnd ClientEnd = new(IPAddress.Parse("10.0.0.1"), 40000);
    public static readonly FlowEnd ServerEnd = new(IPAddress.Parse("10.0.0.2"), 80);
    public static readonly FlowEnd JoinEnd = new(IPAddress.Parse("10.0.1.1"), 40001);

    private const byte Ack = 0x10;
    private const byte Syn = 0x02;
    private const byte SynAck = 0x12;
    private const byte Fin = 0x11;
    private const byte Rst = 0x14;

    public Script(ConnectionLimits? limits = null) =>
        Tracker = new ConnectionTracker(limits ?? new ConnectionLimits(), NullLogger<ConnectionTracker>.Instance);

    public static ulong Id => (ulong)KeyDerivation.Token(ClientKey) << 32 | KeyDerivation.Token(ServerKey);

    public static uint ServerToken => (uint)Id;

    public static uint ClientToken => (uint)(Id >> 32);

    public ConnectionTracker Tracker { get; }

    public MptcpLedger Ledger { get; init; } = new(new LedgerOptions());

    public DateTimeOffset Now { get; set; } = DateTimeOffset.UnixEpoch.AddDays(20000);

    public V1.Connection Only => Assert.Single(Tracker.List(includeClosed: true));

    public V1.Subflow Joined => Only.Subflows.Single(s => !s.Initial);

    public void Send(
        EventType type,
        FlowEnd from,
        FlowEnd to,
        byte flags,
        TcpOption? option = null,
        Direction direction = Direction.Unknown,
        ulong id = 0,
        FlowFlag flow = 0,
        uint token = 0,
        uint sequence = 1,
        Op op = Op.None,
        Reason reason = Reason.None)
    {
        Now += TimeSpan.FromMilliseconds(1);
        PathEvent seen = TestEvents.Empty with
        {
            Time = Now,
            Source = from.Address,
            SourcePort = from.Port,
            Destination = to.Address,
            DestinationPort = to.Port,
            Type = type,
            TcpFlags = flags,
            Direction = direction,
            ConnectionId = id,
            FlowFlags = flow,
            Token = token,
            Sequence = sequence,
            Op = op,
            Reason = reason,
            Options = new TcpOptionBytes(option is null ? default : option.Bytes.Span),
            OptionOffset = option is null ? -1 : 0,
        };
        Tracker.Observe(in seen);
        Ledger.Observe(in seen);
    }

    public Script SynCapable(uint sequence = 1)
    {
        Send(EventType.MpCapable, ClientEnd, ServerEnd, Syn, MptcpOptions.MpCapable(), Direction.Original, sequence: sequence);
        return this;
    }

    public Script SynAckCapable()
    {
        Send(EventType.MpCapable, ServerEnd, ClientEnd, SynAck, MptcpOptions.MpCapable(ServerKey), Direction.Reply);
        return this;
    }

    public Script AckCapable(ulong id)
    {
        Send(EventType.MpCapable, ClientEnd, ServerEnd, Ack, MptcpOptions.MpCapable(ClientKey, ServerKey), Direction.Original, id);
        return this;
    }

    public Script Established() => SynCapable().SynAckCapable().AckCapable(Id);

    public Script SynJoin(bool backup = false, byte addressId = 3, FlowFlag flow = FlowFlag.Join)
    {
        Send(
            EventType.MpJoin, JoinEnd, ServerEnd, Syn, MptcpOptions.MpJoinSyn(ServerToken, 7, addressId, backup), Direction.Original, Id, flow, ServerToken);
        return this;
    }

    public Script SynAckJoin(bool backup = false, byte addressId = 5)
    {
        Send(EventType.MpJoin, ServerEnd, JoinEnd, SynAck, MptcpOptions.MpJoinSynAck(1, 2, addressId, backup), Direction.Reply, Id, FlowFlag.Join, ServerToken);
        return this;
    }

    public Script AckJoin()
    {
        Send(EventType.MpJoin, JoinEnd, ServerEnd, Ack, MptcpOptions.MpJoinAck(new byte[20]), Direction.Original, Id, FlowFlag.Join, ServerToken);
        return this;
    }

    public Script EstablishedJoin() => SynJoin().SynAckJoin().AckJoin();

    public Script FinFrom(FlowEnd from, FlowEnd to)
    {
        Send(EventType.Fin, from, to, Fin);
        return this;
    }

    public Script RstFrom(FlowEnd from, FlowEnd to)
    {
        Send(EventType.Rst, from, to, Rst);
        return this;
    }

    public static FlowSnapshot Flow(FlowEnd client, FlowEnd server, FlowFlag flags, ulong packets = 10, bool? placed = null, uint token = 0) => new()
    {
        Client = client,
        Server = server,
        OriginKnown = true,
        Vlan = 0,
        ConnectionId = Id,
        Token = token,
        Ordinal = 1,
        Flags = flags,
        Created = DateTimeOffset.UnixEpoch.AddDays(20000),
        LastSeenJiffies = 0,
        RoundTrip = TimeSpan.FromMilliseconds(3),
        FromClient = Way(packets, placed),
        FromServer = Way(packets + 1, null),
    };

    private static FlowDirectionSnapshot Way(ulong packets, bool? placed) => new()
    {
        Packets = packets,
        Bytes = packets * 1000,
        Retransmissions = 2,
        OutOfOrder = 1,
        HalfRoundTrip = null,
        Backup = false,
        AddressId = 0,
        IngressNic = "eth7",
        Flags = 0,
        RateWindow = 0,
        PrioPlaced = placed,
    };
}
