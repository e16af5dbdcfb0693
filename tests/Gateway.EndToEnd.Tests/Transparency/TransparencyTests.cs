using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.EndToEnd.Tests;

/// <summary>Without a policy the gateway is not there.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class TransparencyTests(SharedPaths paths)
{
    /// <summary>Every mode with every kind of checksums, and each family with each of both.</summary>
    public static IEnumerable<object[]> Paths =>
        from mode in new[] { LabMode.Routed, LabMode.Bridged, LabMode.Wire }
        from checksums in new[] { RealChecksums.None, RealChecksums.Gateway, RealChecksums.Everywhere }
        select new object[] { mode, ((int)mode + (int)checksums) % 2 == 0 ? Family.V4 : Family.V6, checksums };

    /// <summary>In wire mode without real checksums the hosts hand over partial ones, which XDP_REDIRECT would leave behind.</summary>
    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Without_a_policy_hosts_see_no_difference(LabMode mode, Family family, RealChecksums checksums)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family, checksums);
        CountersResponse before = await path.Api.Telemetry.CountersAsync();
        Assert.Empty(before.Chains);

        foreach (Direction direction in new[] { Direction.Upload, Direction.Download })
        {
            await using Transfer transfer = await path.StartAsync(direction);
            await path.WaitForJoinAsync(transfer);
            TransferResult result = await transfer.StopAsync();

            await path.AssertWholeAsync(result);
            Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        }

        await path.AssertNoFallbackAsync();
        TransferResult plain = await path.Lab.TransferAsync(
            TransferSpec.Download(500_000) with { Mptcp = false, To = path.Lab.Paths[0].Server(family) });
        await path.AssertWholeAsync(plain);
        Assert.False(plain.Connections[0].Client!.Mptcp);

        CountersResponse after = await path.Api.Telemetry.CountersAsync();
        foreach (LabPath link in path.Lab.Paths)
        {
            Assert.True(Unmodified(after, link.GatewayClientPort) - Unmodified(before, link.GatewayClientPort) > 100, $"{after}");
            Assert.True(Unmodified(after, link.GatewayServerPort) - Unmodified(before, link.GatewayServerPort) > 100, $"{after}");
        }
    }

    private static ulong Unmodified(CountersResponse counters, string nic) => counters.Ports
        .Where(c => c.Nic == nic)
        .SelectMany(c => c.Reasons)
        .Where(r => r.Reason == Reason.NoPolicy)
        .Aggregate(0ul, (sum, r) => sum + r.Packets);
}
