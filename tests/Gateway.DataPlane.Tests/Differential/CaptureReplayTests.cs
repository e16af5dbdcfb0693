using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Mptcp.Captures;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Differential;

/// <summary>Real MPTCP traffic through the programs: without a policy nothing changes, and what is learned agrees.</summary>
[Collection(OnPacketBench.Name)]
public sealed class CaptureReplayTests(PacketBench bench)
{
    private const PacketTypes Told =
        PacketTypes.MpCapable | PacketTypes.MpJoin | PacketTypes.AddAddr4 | PacketTypes.AddAddr6 | PacketTypes.AddAddrEcho
        | PacketTypes.RemoveAddr | PacketTypes.MpPrio | PacketTypes.MpFastclose;

    public static TheoryData<string> Files =>
    [
        "v4_basic_addaddr_join_prio_rmaddr", "v6_basic_addaddr_join_prio_rmaddr", "v4_checksum", "v4_addaddr_port", "v4_fastclose",
        "v4_no_timestamps", "v4_vlan_tagged_synthetic",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void Nothing_changes_and_the_handshakes_are_learned(string file)
    {
        bench.Reset();
        var expected = new Dictionary<Reason, ulong>();
        var options = new List<string>();
        foreach (CapturedFrame captured in PcapngReader.Read(Path.Combine(AppContext.BaseDirectory, "pcaps", file + ".pcapng")))
        {
            byte[] frame = captured.Data.ToArray();
            var reason = (Reason)PacketParser.Parse(frame, out ParsedPacket packet);
            reason = reason == Reason.None ? Reason.NoPolicy : reason;
            expected[reason] = expected.GetValueOrDefault(reason) + 1;
            bench.Ingress(frame).Untouched();
            bench.Egress(frame).Untouched(PacketRun.TcUnspecified);
            if (reason == Reason.NoPolicy && (packet.Types & Told) != 0)
            {
                options.Add(Convert.ToHexString(frame.AsSpan(packet.OptionsOffset, packet.OptionsLength)));
            }
        }

        Assert.Equal(expected, bench.PortReasons(BenchPort.Host));
        Assert.Equal(expected, bench.PortReasons(BenchPort.Host, Hook.Egress));
        Assert.True(expected[Reason.NoPolicy] > 10);
        var told = new List<string>();
        foreach (Event e in bench.ReadEvents().Where(e => (EventType)e.Type is not (EventType.Fin or EventType.Rst)))
        {
            ReadOnlySpan<byte> bytes = e.Options;
            told.Add(Convert.ToHexString(bytes[..e.OptionsLength]));
        }

        Assert.Equal(options, told);
        Flow initial = Assert.Single(bench.Flows(), f => ((FlowFlag)f.Flags).HasFlag(FlowFlag.Keys));
        Flow joined = Assert.Single(bench.Flows(), f => ((FlowFlag)f.Flags).HasFlag(FlowFlag.Join));
        Assert.Equal((initial.Connection, (byte)2), (joined.Connection, joined.Ordinal));
        Assert.True(joined.Token == (uint)initial.Connection || joined.Token == (uint)(initial.Connection >> 32));
    }
}
