using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.EndToEnd.Tests;

/// <summary>Without a policy the gateway is not there.</summary>
public sealed class TransparencyTests
{
    public static IEnumerable<object[]> Paths =>
        from mode in new[] { LabMode.Routed, LabMode.Bridged, LabMode.Wire }
        from family in new[] { Family.V4, Family.V6 }
        from checksums in new[] { RealChecksums.None, RealChecksums.Gateway, RealChecksums.Everywhere }
        select new object[] { mode, family, checksums };

    [Theory]
    [MemberData(nameof(Paths))]
    public async Task Without_a_policy_hosts_see_no_difference(LabMode mode, Family family, RealChecksums checksums)
    {
        // In wire mode without real checksums the hosts send partial ones, which XDP_REDIRECT would leave behind.
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(new LabOptions
        {
            Mode = mode,
            Family = family,
            Path1 = new LinkOptions(60),
            Path2 = new LinkOptions(60),
            RealChecksums = checksums,
        });

        foreach (Direction direction in new[] { Direction.Upload, Direction.Download })
        {
            await using Transfer transfer = await path.StartAsync(direction);
            await path.WaitForJoinAsync(transfer);
            TransferResult result = await transfer.StopAsync();

            await path.AssertWholeAsync(result);
            Assert.Equal(2, result.Subflows);
            Assert.False(result.PlainTcp);
        }

        await path.AssertNoFallbackAsync();
        TransferResult plain = await path.Lab.TransferAsync(TransferSpec.Download(1_000_000) with { Mptcp = false });
        await path.AssertWholeAsync(plain);
        Assert.False(plain.Connections[0].Client!.Mptcp);

        CountersResponse counters = await path.Api.Telemetry.CountersAsync();
        Assert.Empty(counters.Chains);
        IReadOnlyDictionary<string, LinkCounters> links = await path.Lab.Gateway.ReadLinksAsync();
        foreach (Port port in (await path.Api.Ports.ListAsync()).Ports)
        {
            Assert.InRange(port.Ingress.Packets, 100ul, (ulong)links[port.Nic].RxPackets);
            Assert.Contains(counters.Ports, c => c.Nic == port.Nic && c.Reasons.Any(r => r.Reason == Reason.NoPolicy));
        }
    }
}
