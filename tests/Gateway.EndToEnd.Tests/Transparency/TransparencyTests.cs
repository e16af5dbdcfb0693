using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.EndToEnd.Tests;

/// <summary>Without a policy the gateway is not there.</summary>
public sealed class TransparencyTests
{
    public static IEnumerable<object[]> Paths =>
        from mode in new[] { LabMode.Routed, LabMode.Bridged, LabMode.Wire }
        from checksums in new[] { RealChecksums.None, RealChecksums.Gateway, RealChecksums.Everywhere }
        select new object[] { mode, checksums };

    /// <summary>In wire mode without real checksums the hosts hand over partial ones, which XDP_REDIRECT would leave behind.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Without_a_policy_hosts_see_no_difference(LabMode mode, RealChecksums checksums)
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(new LabOptions
        {
            Mode = mode,
            Path1 = new LinkOptions(60),
            Path2 = new LinkOptions(60),
            RealChecksums = checksums,
        });

        await CarriesAsync(path, Family.V4);
        LabPath second = path.Lab.Paths[1];
        await path.Lab.Server.IpAsync("mptcp endpoint flush", $"mptcp endpoint add {second.ServerV6} dev {second.ServerNic} signal");
        await CarriesAsync(path, Family.V6);

        CountersResponse counters = await path.Api.Telemetry.CountersAsync();
        Assert.Empty(counters.Chains);
        foreach (Port port in (await path.Api.Ports.ListAsync()).Ports)
        {
            Assert.True(port.Ingress.Packets > 100, $"{port}");
            Assert.Contains(counters.Ports, c => c.Nic == port.Nic && c.Reasons.Any(r => r.Reason == Reason.NoPolicy));
        }
    }

    /// <summary>MPTCP both ways over both paths, then plain TCP.</summary>
    private static async Task CarriesAsync(PathUnderTest path, Family family)
    {
        LabPath first = path.Lab.Paths[0];
        foreach (Direction direction in new[] { Direction.Upload, Direction.Download })
        {
            await using Transfer transfer = await path.Lab.StartTransferAsync(
                new TransferSpec { Direction = direction, To = first.Server(family) });
            await path.WaitForJoinAsync(transfer);
            TransferResult result = await transfer.StopAsync();

            await path.AssertWholeAsync(result);
            Assert.True(result is { Subflows: 2, PlainTcp: false }, $"{family} {direction}: {result.Subflows} subflows, plain TCP {result.PlainTcp}");
        }

        await path.AssertNoFallbackAsync();
        TransferResult plain = await path.Lab.TransferAsync(
            TransferSpec.Download(500_000) with { Mptcp = false, To = first.Server(family) });
        await path.AssertWholeAsync(plain);
        Assert.False(plain.Connections[0].Client!.Mptcp);
    }
}
