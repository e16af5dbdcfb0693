using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;
using Hook = Gateway.V1.Hook;

namespace Gateway.EndToEnd.Tests;

/// <summary>A link of a spread goes down under load and comes back.</summary>
public sealed class LinkDownTests
{
    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Subflows_leave_a_link_that_goes_down_and_stay_where_they_are(Family family)
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(PathUnderTest.Routed(family) with { Mode = LabMode.Spread });
        string first = path.Lab.Paths[0].GatewayServerPort, second = path.Lab.Paths[1].GatewayServerPort;
        await path.Api.Policies.ApplyAsync(PolicyChain.Named("spread")
            .At(Hook.Egress)
            .On(first, second)
            .Select(s => s.DstPort(MptcpLab.Port))
            .Do(a => a.Redirect(first, second))
            .ToPolicy("spread"));
        await using Transfer transfer = await path.StartAsync(Direction.Upload);
        await path.WaitForJoinAsync(transfer);
        (long one, long two) = await SentAsync(path);
        await transfer.WaitForBytesAsync(transfer.Bytes + 2_000_000);
        (long oneSpread, long twoSpread) = await SentAsync(path);
        Assert.True(oneSpread - one > 200_000 && twoSpread - two > 200_000, $"{oneSpread - one} and {twoSpread - two} bytes");

        await path.Lab.Gateway.SetLinkAsync(second, up: false);
        await Wait.UntilAsync(
            async () => await path.Gateway.CountAsync("spread", "redirect", Reason.OtherLink) > 0, "the second subflow moves to the other link");
        await transfer.WaitForBytesAsync(transfer.Bytes + 4_000_000);

        await path.Lab.Gateway.SetLinkAsync(second, up: true);
        await Wait.UntilAsync(
            async () => (await path.Api.Ports.ListAsync()).Ports.Single(p => p.Nic == second).Link == LinkState.Up, "the link is up again");
        (_, long twoBack) = await SentAsync(path);
        await transfer.WaitForBytesAsync(transfer.Bytes + 4_000_000);
        (_, long twoAfter) = await SentAsync(path);
        Assert.True(twoAfter - twoBack < 200_000, $"{twoAfter - twoBack} bytes by the link that came back");
        Assert.Equal(1ul, await path.Gateway.CountAsync("spread", "redirect", Reason.OtherLink));

        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        Assert.Equal((2, false, 0), (result.Subflows, result.PlainTcp, result.Lost));
        await path.AssertNoFallbackAsync();
        FaultTable.Withstood("a link of a redirect goes down and comes back", "subflows move to another link at once and stay there");
    }

    /// <summary>Bytes the gateway's two server ports have sent.</summary>
    private static async Task<(long First, long Second)> SentAsync(PathUnderTest path)
    {
        IReadOnlyDictionary<string, LinkCounters> links = await path.Lab.Gateway.ReadLinksAsync();
        return (links[path.Lab.Paths[0].GatewayServerPort].TxBytes, links[path.Lab.Paths[1].GatewayServerPort].TxBytes);
    }
}
