using System.Net;
using Gateway.Daemon.Idle;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;
using Gateway.Policy;

namespace Gateway.Daemon.Tests.Idle;

public sealed class IdlePolicyTests
{
    private static readonly PortInfo s_port = new(
        0, "eth0", 1, PortMode.Host, null, PortXdp.Native, ChecksumMode.Complete, null, 1500, EgressAttachment.Tcx, Up: true, Gone: false);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Both_ends_of_a_subflow_are_told_whatever_its_4_tuple_where_it_goes(bool rewritten)
    {
        PolicyLoadResult loaded = PolicyLoader.Load(
            "version: 1\nname: x\nchains:\n- {name: c, priority: 1, actors: [{set_backup: on}]}\n",
            new PolicyEnvironment(new Dictionary<string, int> { ["eth0"] = 0 }),
            CompilerLimits.Default);
        FlowFlag flags = FlowFlag.Mptcp | FlowFlag.Established | FlowFlag.Join | FlowFlag.OriginKnown | (rewritten ? FlowFlag.Rewritten : 0);

        IdleWish[] wishes = [.. IdlePolicy.Of(loaded.Compiled, [s_port])!.Of(Flow(flags), DateTimeOffset.UnixEpoch)];

        Assert.Equal([true, false], wishes.Select(wish => wish.FromClient));
    }

    [Fact]
    public void A_chain_that_closes_says_nothing_else_and_both_ends_are_told_twice()
    {
        IdlePolicy policy = Policy("[{set_backup: on}, {close_subflow: {reason: performance}}]");
        var idle = new IdleSubflows();
        FlowSnapshot flow = Flow(Joined);
        Assert.Empty(idle.Look(policy, [flow], DateTimeOffset.UnixEpoch));
        for (int i = 0; i < IdleSubflows.Repeats; i++)
        {
            Assert.True(idle.Outstanding);
            IReadOnlyList<IdleWish> due = idle.Look(policy, [flow], DateTimeOffset.UnixEpoch);
            Assert.Equal([true, false], due.Select(w => w.FromClient));
            Assert.All(due, w => Assert.Equal((ResetReason.Performance, 1), (Assert.IsType<CloseWish>(w).Reason, w.Step)));
            Assert.All(due, w => Assert.True(idle.IsUnsaid(w)));
            due.ToList().ForEach(idle.Say);
        }

        Assert.All(policy.Of(flow, DateTimeOffset.UnixEpoch), w => Assert.False(idle.IsUnsaid(w)));
        Assert.Empty(idle.Look(policy, [flow], DateTimeOffset.UnixEpoch));
        Assert.False(idle.Outstanding);
    }

    [Fact]
    public void An_end_that_passing_packets_told_is_left_alone()
    {
        IdlePolicy policy = Policy("[close_subflow]");
        var idle = new IdleSubflows();
        FlowSnapshot flow = Flow(Joined) with { FromClient = Way with { CloseCount = IdleSubflows.Repeats } };
        idle.Look(policy, [flow], DateTimeOffset.UnixEpoch);

        Assert.False(Assert.Single(idle.Look(policy, [flow], DateTimeOffset.UnixEpoch)).FromClient);
        Assert.Empty(idle.Look(policy, [flow with { LastSeenJiffies = 2 }], DateTimeOffset.UnixEpoch));
        Assert.Empty(idle.Look(policy, [flow with { LastSeenJiffies = 2, Flags = Joined | FlowFlag.Rst }], DateTimeOffset.UnixEpoch));
    }

    [Theory]
    [InlineData("subflow_set: tenants", 0ul, 0)]
    [InlineData("subflow_set: tenants", 8ul, 2)]
    [InlineData("not: {subflow_set: tenants}", 8ul, 0)]
    [InlineData("not: {subflow_set: tenants}", 7ul, 2)]
    public void Sets_of_subflows_count(string select, ulong sets, int told) =>
        Assert.Equal(told, Policy("[{set_backup: on}]", select).Of(Flow(Joined) with { Sets = sets }, DateTimeOffset.UnixEpoch).Count());

    [Theory]
    [InlineData(false, false)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public void A_reset_has_the_sequence_number_its_receiver_acknowledged_last(bool onWire, bool fromClient)
    {
        byte[] macs = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
        FlowSnapshot flow = Flow(Joined) with
        {
            FromClient = Way with { Last = new FlowLastPacket(1000, 2000, 500, (7, 8), macs) },
            FromServer = Way with { Last = new FlowLastPacket(2100, 900, 500, (7, 8), macs) },
        };
        (FlowEnd sender, FlowEnd receiver) = fromClient ? (flow.Client, flow.Server) : (flow.Server, flow.Client);
        byte[] frame = IdleFrame.Build(new CloseWish(flow, fromClient, 0, 0, ResetReason.Middlebox), sender, receiver, onWire)!;

        Assert.Equal(ParseOutcome.None, PacketParser.Parse(frame, out ParsedPacket packet));
        Assert.Equal((sender.Address, sender.Port), (packet.Source, packet.SourcePort));
        Assert.Equal(fromClient ? (900u, 2100u) : (2000u, 1000u), (packet.SequenceNumber, packet.AcknowledgmentNumber));
        Assert.Equal(TcpFlags.Rst | TcpFlags.Ack, packet.Flags);
        Assert.Equal([30, 4, 0x80, 6], packet.Option(frame, MptcpSubtype.MpTcprst).ToArray());
        Assert.Equal(new FrameChecksums(ChecksumVerdict.Valid, ChecksumVerdict.Valid), FrameChecksums.Verify(frame));
    }

    private const FlowFlag Joined = FlowFlag.Mptcp | FlowFlag.Established | FlowFlag.Join | FlowFlag.OriginKnown;

    private static IdlePolicy Policy(string actors, string select = "port: 5202") => IdlePolicy.Of(
        PolicyLoader.Load(
            $"version: 1\nname: x\nchains:\n- {{name: c, priority: 1, select: {{{select}}}, actors: {actors}}}\n",
            new PolicyEnvironment(new Dictionary<string, int> { ["eth0"] = 0 }, sets: new Dictionary<string, int> { ["tenants"] = 3 }),
            CompilerLimits.Default).Compiled,
        [s_port])!;

    private static FlowSnapshot Flow(FlowFlag flags) => new()
    {
        Client = new FlowEnd(IPAddress.Parse("192.0.2.1"), 40000),
        Server = new FlowEnd(IPAddress.Parse("198.51.100.2"), 5202),
        OriginKnown = true,
        Vlan = 0,
        ConnectionId = 1,
        Token = 0,
        Ordinal = 2,
        Flags = flags,
        Created = DateTimeOffset.UnixEpoch,
        LastSeenJiffies = 1,
        RoundTrip = null,
        FromClient = Way,
        FromServer = Way,
    };

    private static FlowDirectionSnapshot Way => new()
    {
        Packets = 1,
        Bytes = 0,
        Retransmissions = 0,
        OutOfOrder = 0,
        HalfRoundTrip = null,
        Backup = false,
        AddressId = 1,
        IngressNic = "eth0",
        Flags = FlowDirFlag.Dss,
        RateWindow = 0,
        PrioPlaced = null,
    };
}
