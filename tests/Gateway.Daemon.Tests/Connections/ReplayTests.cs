using Gateway.Daemon.Connections;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Captures;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;
using Gateway.V1;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Daemon.Tests.Connections;

/// <summary>Captures of real hosts, as events of the packet programs without any kernel state.</summary>
public sealed class ReplayTests
{
    [Theory]
    [InlineData("v4_basic_addaddr_join_prio_rmaddr")]
    [InlineData("v6_basic_addaddr_join_prio_rmaddr")]
    [InlineData("v4_checksum")]
    [InlineData("v4_addaddr_port")]
    [InlineData("v4_no_timestamps")]
    [InlineData("v4_vlan_tagged_synthetic")]
    [InlineData("v4_fastclose")]
    public void A_capture_is_one_connection_with_two_subflows(string name)
    {
        Connection connection = Replay(name);

        Assert.NotEqual(0u, connection.ClientToken);
        Assert.NotEqual(0u, connection.ServerToken);
        Assert.Equal(2, connection.Subflows.Count);
        Assert.Single(connection.Subflows, s => s.Initial);
        AnnouncedAddress address = Assert.Single(connection.Addresses);
        Assert.True(address.Echoed);
        Assert.Equal(name == "v4_addaddr_port", address.Port != 0);
        Assert.Equal(name == "v4_fastclose", connection.State == ConnectionState.Fastclosed);
    }

    [Theory]
    [InlineData("v4_basic_addaddr_join_prio_rmaddr")]
    [InlineData("v6_basic_addaddr_join_prio_rmaddr")]
    public void Priority_was_set_and_taken_back_and_the_address_removed(string name)
    {
        var asked = new List<bool>();
        Connection connection = Replay(name, c => asked.Add(c.Subflows.Any(s => s.ServerBackup || s.ClientBackup)));

        Assert.Contains(true, asked);
        Assert.False(asked[^1]);
        Assert.True(Assert.Single(connection.Addresses).Removed);
    }

    private static Connection Replay(string name, Action<Connection>? look = null)
    {
        var tracker = new ConnectionTracker(new ConnectionLimits(), NullLogger<ConnectionTracker>.Instance);
        foreach (CapturedFrame captured in PcapngReader.Read(Path.Combine(AppContext.BaseDirectory, "pcaps", $"{name}.pcapng")))
        {
            ReadOnlySpan<byte> frame = captured.Data.Span;
            if (PacketParser.Parse(frame, captured.OriginalLength, out ParsedPacket packet) != ParseOutcome.None
                || Learn(packet) is not ({ } type, var subtype))
            {
                continue;
            }

            ReadOnlySpan<byte> options = frame.Slice(packet.OptionsOffset, packet.OptionsLength);
            PathEvent seen = TestEvents.Empty with
            {
                Source = packet.Source,
                SourcePort = packet.SourcePort,
                Destination = packet.Destination,
                DestinationPort = packet.DestinationPort,
                Vlan = packet.Vlan,
                Type = type,
                TcpFlags = (byte)packet.Flags,
                Sequence = packet.SequenceNumber,
                Token = MpJoinSynOption.TryRead(packet.Option(frame, MptcpSubtype.MpJoin), out MpJoinSynOption join) ? join.ReceiverToken : 0,
                Options = new TcpOptionBytes(options),
                OptionOffset = (subtype is MptcpSubtype s ? packet.SubtypeOffset(s) : null) ?? -1,
            };
            tracker.Observe(in seen);
            look?.Invoke(Assert.Single(tracker.List(true)));
        }

        return Assert.Single(tracker.List(true));
    }

    /// <summary>The order in which gw_learn (track.h) looks.</summary>
    private static (EventType? Type, MptcpSubtype? Subtype) Learn(ParsedPacket packet) => packet.Types switch
    {
        var t when t.HasFlag(PacketTypes.MpCapable) => (EventType.MpCapable, MptcpSubtype.MpCapable),
        var t when t.HasFlag(PacketTypes.MpJoin) => (EventType.MpJoin, MptcpSubtype.MpJoin),
        var t when t.HasFlag(PacketTypes.MpFastclose) => (EventType.MpFastclose, MptcpSubtype.MpFastclose),
        var t when t.HasFlag(PacketTypes.Rst) => (EventType.Rst, MptcpSubtype.MpTcprst),
        var t when (t & (PacketTypes.AddAddr4 | PacketTypes.AddAddr6 | PacketTypes.AddAddrEcho)) != 0 => (EventType.AddAddr, MptcpSubtype.AddAddr),
        var t when t.HasFlag(PacketTypes.RemoveAddr) => (EventType.RemoveAddr, MptcpSubtype.RemoveAddr),
        var t when t.HasFlag(PacketTypes.MpPrio) => (EventType.MpPrio, MptcpSubtype.MpPrio),
        var t when t.HasFlag(PacketTypes.MpFail) => (EventType.MpFail, MptcpSubtype.MpFail),
        var t when t.HasFlag(PacketTypes.Fin) => (EventType.Fin, null),
        _ => (null, null),
    };
}
