using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.EndToEnd.Tests;

/// <summary>rate_limit per subflow, connection and chain on real hosts. Bands are wide: what it holds exactly is measured by the experiments.</summary>
public sealed class RateLimitTests
{
    private const double Mbps = 8;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(3);

    /// <summary>On a wire; the scene of the demo does it on routed hosts.</summary>
    [Fact]
    public async Task A_subflow_is_held_to_its_rate_and_free_again_without_the_policy()
    {
        await using PathUnderTest path = await RaiseAsync(LabMode.Wire, Family.V4, Join.None);
        await using Transfer transfer = await path.StartAsync();
        await ApplyAsync(path, RateScope.Subflow);
        double limited = await MeasureAsync(transfer);
        ulong lowered = await path.Gateway.CountAsync("limit", "rate_limit", Reason.Done);
        await path.Api.Policies.ClearAsync();
        double free = await MeasureAsync(transfer);
        await path.AssertWholeAsync(await transfer.StopAsync());

        Assert.True(lowered > 0);
        Assert.InRange(limited, Mbps * 0.7, Mbps * 1.3);
        Assert.True(free > 2 * limited, $"{limited} and {free} Mbit/s");
        await path.AssertNoFallbackAsync();
    }

    [Fact]
    public async Task Subflows_of_a_connection_share_its_rate_equally()
    {
        await using PathUnderTest path = await RaiseAsync(LabMode.Routed, Family.V6, null);
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        await ApplyAsync(path, RateScope.Connection);
        await Task.Delay(s_settle);
        PathReading before = await path.Lab.ReadPathsAsync();
        double limited = await MeasureAsync(transfer);
        PathRates rates = (await path.Lab.ReadPathsAsync()).Since(before);
        await path.AssertWholeAsync(await transfer.StopAsync());

        Assert.InRange(limited, Mbps * 0.7, Mbps * 1.3);
        Assert.InRange(rates.Share(1, Direction.Download), 0.3, 0.7);
        await path.AssertNoFallbackAsync();
    }

    [Fact]
    public async Task Connections_share_the_rate_of_a_chain_but_not_that_of_their_own()
    {
        await using PathUnderTest path = await RaiseAsync(LabMode.Routed, Family.V4, Join.None);
        await using Transfer first = await path.StartAsync();
        await using Transfer second = await path.StartAsync();
        await ApplyAsync(path, RateScope.Chain);
        double[] shared = await Task.WhenAll(MeasureAsync(first), MeasureAsync(second));
        await ApplyAsync(path, RateScope.Connection);
        double[] own = await Task.WhenAll(MeasureAsync(first), MeasureAsync(second));
        await path.AssertWholeAsync(await first.StopAsync(), await second.StopAsync());

        Assert.InRange(shared.Sum(), Mbps * 0.7, Mbps * 1.3);
        Assert.All(shared, rate => Assert.InRange(rate / shared.Sum(), 0.25, 0.75));
        Assert.True(own.Sum() > 1.5 * shared.Sum(), $"{string.Join(", ", shared)} and {string.Join(", ", own)} Mbit/s");
    }

    private static Task<PathUnderTest> RaiseAsync(LabMode mode, Family family, Join? join)
    {
        LabOptions options = PathUnderTest.Routed(family) with
        {
            Join = join,
            Path1 = new LinkOptions(40, DelayMs: 5),
            Path2 = new LinkOptions(40, DelayMs: 15),
        };
        return PathUnderTest.RaiseAsync(mode == LabMode.Routed ? options : options with { Mode = mode, RealChecksums = null });
    }

    private static Task<ApplyPolicyResponse> ApplyAsync(PathUnderTest path, RateScope per) => path.Api.Policies.ApplyAsync(
        PolicyChain.Named("limit").Select(s => s.Port(MptcpLab.Port)).Do(a => a.RateLimit((ulong)(Mbps * 1e6), per)).ToPolicy("limit"));

    /// <summary>Goodput after a while.</summary>
    private static async Task<double> MeasureAsync(Transfer transfer)
    {
        await Task.Delay(s_settle);
        TransferSample start = transfer.Sample;
        await Task.Delay(s_measured);
        TransferSample end = transfer.Sample;
        return (end.Bytes - start.Bytes) * 8 / (end.Seconds - start.Seconds) / 1e6;
    }
}
