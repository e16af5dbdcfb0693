using System.Globalization;
using System.Net;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Conditions of terms on flow, connection and chance; a dropped frame is one that was selected.</summary>
[Collection(OnPacketBench.Name)]
public sealed class ConditionTests(PacketBench bench)
{
    private static readonly Conversation s_v4 = new();
    private static readonly Conversation s_join = s_v4 with { ClientPort = 40001 };

    [Theory]
    [InlineData("7", "7")]
    [InlineData("\"5-7\"", "5 6 7")]
    [InlineData("[3, \"5-7\", 4094]", "3 5 6 7 4094")]
    [InlineData("none", "0")]
    public void A_VLAN_is_selected(string vlan, string selected)
    {
        foreach (bool negated in (bool[])[false, true])
        {
            bench.StartSelector(negated ? $"not: {{vlan: {vlan}}}" : $"vlan: {vlan}");
            foreach (ushort id in (ushort[])[0, 3, 4, 5, 6, 7, 8, 4094])
            {
                byte[] frame = (s_v4 with { Vlan = id == 0 ? null : id }).Data();
                bool expected = selected.Split(' ').Contains(id.ToString(CultureInfo.InvariantCulture));
                Assert.Equal(expected != negated, bench.Selects(frame, BenchPort.Tagged));
            }
        }
    }

    [Theory]
    [InlineData("third_ack", "mp_capable mp_join")]
    [InlineData("add_addr4_echo", "echo4")]
    [InlineData("add_addr6_echo", "echo6")]
    [InlineData("add_addr_echo", "echo4 echo6")]
    public void Third_ACKs_and_echoes_have_their_own_types(string type, string selected)
    {
        bench.StartSelector($"packet_type: {type}");
        foreach ((string name, byte[] frame) in ((string, byte[])[])
        [
            ("mp_capable", s_v4.Ack), ("mp_join", s_join.JoinAck), ("syn", s_v4.Syn), ("syn_ack", s_v4.SynAck), ("data", s_v4.Data()), ("ack", s_v4.DataAck()),
            ("first_data", s_v4.Packet(true, MptcpOptions.MpCapable(s_v4.ClientKey, s_v4.ServerKey, 3)).WithPayload(1, 2, 3).Build()),
            ("echo4", s_v4.Packet(true, MptcpOptions.AddAddrEcho(9, IPAddress.Parse("203.0.113.9"))).Build()),
            ("echo6", s_v4.Packet(true, MptcpOptions.AddAddrEcho(9, IPAddress.Parse("2001:db8::9"))).Build()),
            ("announced", s_v4.AddAddr(IPAddress.Parse("203.0.113.9"))),
        ])
        {
            Assert.True(selected.Split(' ').Contains(name) == bench.Selects(frame), name);
        }
    }

    [Fact]
    public void Tokens_of_either_end_name_the_connection()
    {
        foreach (uint token in (uint[])[s_v4.ClientToken, s_v4.ServerToken])
        {
            bench.StartSelector($"connection: {{token: [1, 0x{token:x}, 99]}}", [.. s_v4.Handshake, .. s_join.JoinHandshake]);
            Assert.True(bench.Selects(s_v4.Data()));
            Assert.True(bench.Selects(s_join.Data(fromClient: false)));
            Conversation other = s_v4 with { ClientPort = 50000, ClientKey = new MptcpKey(77), ServerKey = new MptcpKey(78) };
            bench.Prepare(BenchPort.WireFar, other.Handshake);
            Assert.False(bench.Selects(other.Data()));
        }

        // What is not known is not it: so not it holds.
        bench.StartSelector($"not: {{connection: {{token: {s_v4.ClientToken}}}}}", s_v4.Syn);
        Assert.True(bench.Selects(s_v4.SynAck));
        bench.Prepare(BenchPort.WireFar, s_v4.Ack);
        Assert.False(bench.Selects(s_v4.Data()));
    }

    [Fact]
    public void Subflows_are_selected_by_their_place_and_their_number()
    {
        bench.StartSelector("connection: {subflow: \"2-\"}", [.. s_v4.Handshake, .. s_join.JoinHandshake]);
        Assert.False(bench.Selects(s_v4.Data()));
        Assert.True(bench.Selects(s_join.Data()));

        bench.StartSelector("connection: {subflows: 2}", s_v4.Handshake);
        Assert.False(bench.Selects(s_v4.Data()));
        bench.Prepare(BenchPort.WireFar, s_join.JoinSyn, s_join.JoinSynAck);
        Assert.False(bench.Selects(s_v4.Data()));
        bench.Prepare(BenchPort.WireFar, s_join.JoinAck);
        Assert.True(bench.Selects(s_v4.Data()));
        Assert.True(bench.Selects(s_join.Data()));
        bench.Prepare(BenchPort.WireFar, s_join.Bare(true, TcpFlags.Rst | TcpFlags.Ack).Build(), s_join.Bare(false, TcpFlags.Rst | TcpFlags.Ack).Build());
        Assert.False(bench.Selects(s_v4.Data()));
    }

    [Fact]
    public void Age_is_the_connections_else_the_flows()
    {
        const ulong minute = 60_000_000_000;
        bench.StartSelector("connection: {age: \"30s-90s\"}", [.. s_v4.Handshake, .. s_join.JoinHandshake]);
        byte[] plain = (s_v4 with { ClientPort = 9 }).Packet(true).WithPayload(1).Build();
        Assert.False(bench.Selects(plain));
        Assert.False(bench.Selects(s_join.Data()));
        bench.ChangeFlows((ref Flow flow) => flow.Created -= minute);
        Assert.True(bench.Selects(plain));
        Assert.False(bench.Selects(s_join.Data()));
        (ulong id, Connection connection) = Assert.Single(bench.Connections());
        connection.Created -= minute;
        bench.Maps["gw_connections"].Update(id, connection);
        Assert.True(bench.Selects(s_join.Data()));
        connection.Created -= minute;
        bench.Maps["gw_connections"].Update(id, connection);
        Assert.False(bench.Selects(s_join.Data()));
    }

    [Fact]
    public void Bytes_are_those_of_both_directions_on_all_subflows_each_once()
    {
        bench.StartSelector("connection: {bytes: \"300-\"}", [.. s_v4.Handshake, .. s_join.JoinHandshake]);
        Assert.False(bench.Selects(s_v4.Mapped(0, 0, 100)));
        Assert.False(bench.Selects(s_join.Mapped(0, 0, 100)));
        Assert.False(bench.Selects(s_v4.Mapped(0, 0, 100, fromClient: false)));
        Assert.False(bench.Selects(s_join.Mapped(100, 100, 99)));
        Assert.True(bench.Selects(s_v4.Mapped(199, 100, 1)));
        Assert.True(bench.Selects(s_join.DataAck()));

        byte[] plain = (s_v4 with { ClientPort = 9 }).Packet(true).WithPayload(new byte[100]).Build();
        Assert.Equal([false, false, true, true], Enumerable.Range(0, 4).Select(_ => bench.Selects(plain)));
    }

    [Fact]
    public void Backup_is_either_ends_wish()
    {
        bench.StartSelector("connection: {backup: on}", [.. s_v4.Handshake, .. s_join.JoinHandshake]);
        Assert.False(bench.Selects(s_join.Data()));
        bench.Prepare(BenchPort.WireFar, s_join.Packet(false, MptcpOptions.Dss(7), MptcpOptions.MpPrio(true)).Build());
        Assert.True(bench.Selects(s_join.Data(fromClient: true)));
        Assert.True(bench.Selects(s_join.Data(fromClient: false)));
        Assert.False(bench.Selects(s_v4.Data()));
        bench.Prepare(BenchPort.WireFar, s_join.Packet(false, MptcpOptions.Dss(7), MptcpOptions.MpPrio(false)).Build());
        Assert.False(bench.Selects(s_join.Data()));
        Conversation third = s_v4 with { ClientPort = 40002 };
        bench.Prepare(BenchPort.WireFar, third.Opening(true, MptcpOptions.MpJoinSyn(s_v4.ServerToken, 1, 5, backup: true)).Build());
        Assert.True(bench.Selects(third.JoinSynAck));

        bench.StartSelector("connection: {backup: off}", s_v4.Handshake);
        Assert.True(bench.Selects(s_v4.Data()));
        Assert.False(bench.Selects((s_v4 with { ClientPort = 9 }).Packet(true).WithPayload(1).Build()));
    }

    [Fact]
    public void Address_ids_are_the_senders()
    {
        bench.StartSelector("connection: {address_id: 3}", [.. s_v4.Handshake, .. s_join.JoinHandshake]);
        Assert.True(bench.Selects(s_join.Data(fromClient: true)));
        Assert.False(bench.Selects(s_join.Data(fromClient: false)));
        Assert.False(bench.Selects(s_v4.Data()));
        bench.StartSelector("connection: {address_id: [0, 4]}", [.. s_v4.Handshake, .. s_join.JoinHandshake]);
        Assert.False(bench.Selects(s_join.Data(fromClient: true)));
        Assert.True(bench.Selects(s_join.Data(fromClient: false)));
        Assert.True(bench.Selects(s_v4.Data()));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public void Versions_are_told_apart(int version)
    {
        bench.StartSelector($"connection: {{version: {version}}}");
        foreach (MptcpVersion spoken in (MptcpVersion[])[MptcpVersion.V0, MptcpVersion.V1])
        {
            Conversation conversation = s_v4 with { Version = spoken, ClientPort = (ushort)(45000 + (int)spoken) };
            bench.Prepare(BenchPort.WireFar, conversation.Handshake);
            Assert.Equal((int)spoken == version, bench.Selects(conversation.Data()));
        }

        Assert.False(bench.Selects((s_v4 with { ClientPort = 9 }).Packet(true).WithPayload(1).Build()));
    }

    [Theory]
    [InlineData(1u, 2000, 2000)]
    [InlineData(4u, 400, 600)]
    [InlineData(100u, 2, 60)]
    [InlineData(4294967295u, 0, 1)]
    public void A_sample_takes_about_its_share(uint oneIn, int least, int most)
    {
        bench.StartSelector($"sample: {{one_in: {oneIn}}}");
        byte[] frame = s_v4.DataAck();
        Assert.InRange(Enumerable.Range(0, 2000).Count(_ => bench.Selects(frame)), least, most);
    }

    [Fact]
    public void Buckets_keep_a_subflow_together_and_spread_them()
    {
        const int of = 8, flows = 800;
        var sizes = new int[of];
        Dictionary<int, int> bucketOf = [];
        for (int bucket = 0; bucket < of; bucket++)
        {
            bench.StartSelector($"sample: {{buckets: {bucket}, of: {of}}}");
            for (int i = 0; i < flows; i++)
            {
                Conversation flow = (i % 2 == 0 ? s_v4 : Conversation.V6) with { ClientPort = (ushort)(20000 + i) };
                bool selected = bench.Selects(flow.Data(fromClient: true));
                Assert.Equal(selected, bench.Selects(flow.Data(fromClient: false)));
                if (selected)
                {
                    Assert.True(bucketOf.TryAdd(i, bucket), $"flow {i} is in buckets {bucketOf.GetValueOrDefault(i)} and {bucket}");
                    sizes[bucket]++;
                }
            }
        }

        Assert.Equal(flows, sizes.Sum());
        Assert.All(sizes, size => Assert.InRange(size, flows / of / 2, flows / of * 2));
    }

    [Fact]
    public void Buckets_by_connection_keep_its_subflows_together()
    {
        int selected = 0;
        for (int i = 0; i < 100; i++)
        {
            Conversation first = s_v4 with { ClientKey = new MptcpKey((ulong)(i * 7919) + 1), ServerKey = new MptcpKey((ulong)i + 5) };
            Conversation second = first with { ClientPort = 41000 };
            if (i == 0)
            {
                bench.StartSelector("sample: {buckets: \"0-1\", of: 4, by: connection}");
                Assert.False(bench.Selects(first.Packet(true).WithPayload(1).Build()));
            }

            bench.Forget();
            bench.Prepare(BenchPort.WireFar, [.. first.Handshake, .. second.JoinHandshake]);
            bool one = bench.Selects(first.Data());
            Assert.Equal((one, one, one), (bench.Selects(second.Data()), bench.Selects(second.Data(fromClient: false)), bench.Selects(first.DataAck(false))));
            selected += one ? 1 : 0;
        }

        Assert.InRange(selected, 25, 75);
    }

    [Fact]
    public void Several_conditions_and_their_negations_hold_at_once()
    {
        bench.StartSelector(
            "all: [{packet_type: data}, {connection: {subflow: 2, version: 1}}, {sequence: {data: \"-999\"}}, {not: {connection: {backup: on}}}]",
            [.. s_v4.Handshake, .. s_join.JoinHandshake]);
        Assert.True(bench.Selects(s_join.Mapped(0, 0, 100)));
        Assert.False(bench.Selects(s_v4.Mapped(0, 0, 100)));
        Assert.False(bench.Selects(s_join.Mapped(1000, 0, 100)));
        Assert.False(bench.Selects(s_join.DataAck()));
        bench.Prepare(BenchPort.WireFar, s_join.Packet(false, MptcpOptions.Dss(7), MptcpOptions.MpPrio(true)).Build());
        Assert.False(bench.Selects(s_join.Mapped(0, 0, 100)));
    }

    [Fact]
    public void More_conditional_terms_than_a_flow_remembers_are_all_looked_at()
    {
        const int chains = 7;
        bench.Start(string.Concat(Enumerable.Range(0, chains).Select(i =>
            $"  - {{name: part{i}, priority: {50 - i}, select: {{sequence: {{data: \"{i * 100}-{(i * 100) + 99}\"}}}}, actors: [count]}}\n"))
            + "  - {name: rest, priority: 1, actors: [count]}\n");
        bench.Prepare(BenchPort.WireFar, s_v4.Handshake);
        for (int i = 0; i < chains; i++)
        {
            bench.Ingress(s_v4.Mapped((ulong)(i * 100), (uint)i * 100, 100)).Untouched();
            Assert.Equal(1ul, bench.ChainPackets($"part{i}"));
        }

        ulong rest = bench.ChainPackets("rest");
        bench.Ingress(s_v4.Mapped(chains * 100, chains * 100, 100)).Untouched();
        Assert.Equal(rest + 1, bench.ChainPackets("rest"));
    }

    [Fact]
    public void An_exact_tuple_can_have_conditions()
    {
        bench.StartSelector($"all: [{{subflow: {{src: {s_v4.Client}, src_port: {s_v4.ClientPort}, dst: {s_v4.Server}, dst_port: {s_v4.ServerPort}}}}}, {{sequence: {{data: \"100-\"}}}}]", s_v4.Handshake);
        Assert.False(bench.Selects(s_v4.Mapped(0, 0, 100)));
        Assert.True(bench.Selects(s_v4.Mapped(100, 100, 100)));
        // A subflow is both its directions.
        Assert.False(bench.Selects(s_v4.Mapped(0, 0, 100, fromClient: false)));
        Assert.True(bench.Selects(s_v4.Mapped(100, 100, 100, fromClient: false)));
        Assert.False(bench.Selects(s_join.Mapped(100, 100, 100)));
    }

    [Fact]
    public void The_sixty_fourth_actor_runs()
    {
        bench.Start($"  - {{name: long, priority: 1, actors: [{string.Join(", ", Enumerable.Repeat("count", 63))}, drop]}}\n");
        Assert.Equal(PacketRun.XdpDrop, bench.Ingress(s_v4.Data()).Verdict);
        Assert.All(Enumerable.Range(0, 63), i => Assert.Equal(new() { [Reason.Done] = 1 }, bench.StepReasons("long", i)));
        Assert.Equal(new() { [Reason.Dropped] = 1 }, bench.StepReasons("long", 63));
    }
}
