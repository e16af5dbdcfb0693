using System.Net;
using Gateway.Daemon.Priorities;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Policy;

namespace Gateway.Daemon.Tests.Priorities;

public sealed class PriorityPolicyTests
{
    private static readonly PortInfo s_port = new(
        0, "eth0", 1, PortMode.Host, null, PortXdp.Native, ChecksumMode.Complete, null, 1500, EgressAttachment.Tcx, Up: true, Gone: false);

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void A_subflow_with_another_4_tuple_where_it_goes_is_told_nothing_there(bool rewritten, int told)
    {
        PolicyLoadResult loaded = PolicyLoader.Load(
            "version: 1\nname: x\nchains:\n- {name: c, priority: 1, actors: [{set_backup: on}]}\n",
            new PolicyEnvironment(new Dictionary<string, int> { ["eth0"] = 0 }),
            CompilerLimits.Default);
        FlowFlag flags = FlowFlag.Mptcp | FlowFlag.Established | FlowFlag.Join | FlowFlag.OriginKnown | (rewritten ? FlowFlag.Rewritten : 0);

        PriorityWish[] wishes = [.. PriorityPolicy.Of(loaded.Compiled, [s_port])!.Of(Flow(flags), DateTimeOffset.UnixEpoch)];

        Assert.Equal(told, wishes.Length);
        Assert.Contains(wishes, wish => !wish.FromClient);
    }

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
