using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.EndToEnd.Tests;

/// <summary>The files of appliance/policies do what their pages say, with NICs and prefixes replaced as a user would.</summary>
[Collection(OnSharedPaths.Name)]
public sealed partial class ReadyMadePolicyTests(SharedPaths paths)
{
    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Routed, Family.V6)]
    [InlineData(LabMode.Wire, Family.V4)]
    public async Task Keep_as_backup_demotes_the_subflow_over_the_prefix_and_no_other(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.Api.Policies.ApplyAsync(ReadyMadePolicy.Read("keep-as-backup", Link2(path)));
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        IPAddress client2 = path.Lab.Paths[1].Client(family), client1 = path.Lab.Paths[0].Client(family);
        await Wait.UntilAsync(
            async () => (await path.Lab.Server.ReadSubflowsAsync()).Any(s => s.BackupByPeer && s.Peer.Address.Equals(client2)),
            "the server takes the second subflow as backup");

        // The demoted subflow falls silent: what it had in flight still arrives, then data is new on the first one only.
        await transfer.WaitForBytesAsync(transfer.Bytes + 5_000_000);
        Assert.Equal(0, await SentWhileAsync(path, transfer, client2));
        Assert.DoesNotContain(await path.Lab.Server.ReadSubflowsAsync(), s => s.BackupByPeer && s.Peer.Address.Equals(client1));
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        Assert.True((await path.GrowthAsync("MPTcpExtMPPrioRx")).Server > 0);
        Assert.True(await path.Gateway.CountAsync("keep-as-backup", "set_backup", Reason.Done) > 0);
        await path.AssertNoFallbackAsync();
    }

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Spread_over_links_puts_subflows_of_both_tenants_on_both_uplinks(Family family)
    {
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(
            PathUnderTest.Routed(family) with { Mode = LabMode.Spread, SecondTenant = true });
        MptcpLab lab = path.Lab;
        foreach (string port in lab.Tenant!.GatewayPorts)
        {
            await path.Api.Ports.AttachAsync(new AttachPortRequest { Nic = port, Mode = PortMode.Host });
        }

        Assert.Equal(0, (await CarryAsync()).Bytes(2, Direction.Upload));
        await path.Api.Policies.ApplyAsync(ReadyMadePolicy.Read(
            "spread-over-links", ("eth2", lab.Paths[0].GatewayServerPort), ("eth3", lab.Paths[1].GatewayServerPort)));
        PathRates spread = await CarryAsync();

        Assert.True(spread.Share(1, Direction.Upload) > 0.2 && spread.Share(2, Direction.Upload) > 0.2, $"{spread}");
        Assert.True(await path.Gateway.CountAsync("spread-over-links", "redirect", Reason.Redirected)
            + await path.Gateway.CountAsync("spread-over-links", "redirect", Reason.Done) > 0, $"{await path.Api.Telemetry.CountersAsync()}");
        await path.AssertNoFallbackAsync();

        async Task<PathRates> CarryAsync()
        {
            PathReading before = await lab.ReadPathsAsync();
            TransferSpec spec = TransferSpec.Upload(6_000_000);
            TransferResult[] results = await Task.WhenAll(lab.TransferAsync(spec), lab.TransferAsync(spec with { From = lab.Tenant.Space }));
            PathRates rates = (await lab.ReadPathsAsync()).Since(before);
            await path.AssertWholeAsync(results);
            Assert.All(results, result => Assert.Equal((2, false), (result.Subflows, result.PlainTcp)));
            return rates;
        }
    }

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Cap_per_link_lowers_the_windows_of_the_slow_link_more(Family family)
    {
        // A window below one segment is never set: the rates must be worth several at this round-trip time.
        await using PathUnderTest path = await PathUnderTest.RaiseAsync(
            PathUnderTest.Routed(family) with { Path1 = new LinkOptions(100, DelayMs: 10), Path2 = new LinkOptions(100, DelayMs: 10) });
        await path.Api.Policies.ApplyAsync(ReadyMadePolicy.Read("cap-per-link", [.. Link1(path), .. Link2(path)]));
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        await transfer.WaitForBytesAsync(transfer.Bytes + 5_000_000);

        // Windows follow the round-trip times of the moment: one reading says little.
        double window1 = 0, window2 = 0;
        Task carried = transfer.WaitForBytesAsync(transfer.Bytes + 10_000_000);
        for (int readings = 0; readings < 20 || !carried.IsCompleted; readings++)
        {
            IReadOnlyList<SubflowReading> subflows = await path.Lab.Server.ReadSubflowsAsync();
            window1 += Window(subflows, path.Lab.Paths[0].Client(family));
            window2 += Window(subflows, path.Lab.Paths[1].Client(family));
        }

        await carried;
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        foreach (string chain in new[] { "cap-link-1", "cap-link-2" })
        {
            Assert.True(await path.Gateway.CountAsync(chain, "rate_limit", Reason.Done) > 0, $"{await path.Api.Telemetry.CountersAsync()}");
        }

        // A fifth of the rate, over the same delay.
        Assert.True(2 * window2 < window1, $"windows of link 2 are {window2 / window1:0.00} of those of link 1");
        await path.AssertNoFallbackAsync();

        // The window the server's kernel holds to, in bytes.
        static long Window(IReadOnlyList<SubflowReading> subflows, IPAddress client) => long.Parse(
            SendWindow().Match(subflows.Single(s => s.Mptcp && s.Peer.Address.Equals(client)).Text).Groups[1].Value, CultureInfo.InvariantCulture);
    }

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Routed, Family.V6)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task Block_prefix_lets_no_segment_through_and_others_all(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.Api.Policies.ApplyAsync(ReadyMadePolicy.Read("block-prefix", Link2(path)));
        await using Transfer transfer = await path.StartAsync();
        await Wait.UntilAsync(
            async () => await path.Gateway.CountAsync("block-prefix", "drop", Reason.Dropped) > 0, "a SYN of the second subflow is dropped");
        await transfer.WaitForBytesAsync(transfer.Bytes + 5_000_000);
        IReadOnlyList<SubflowReading> subflows = await path.Lab.Client.ReadSubflowsAsync();
        TransferResult result = await transfer.StopAsync();

        await path.AssertWholeAsync(result);
        Assert.False(result.PlainTcp);
        SubflowReading only = Assert.Single(subflows, s => s.Mptcp);
        Assert.Equal(path.Lab.Paths[0].Client(family), only.Local.Address);
        Assert.True((await path.GrowthAsync("MPTcpExtMPJoinSynTx")).Client > 0);
        Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPJoinSynRx"));
        await path.AssertNoFallbackAsync();

        await path.Api.Policies.ClearAsync();
        await using Transfer again = await path.StartAsync();
        await path.WaitForJoinAsync(again);
        await path.AssertWholeAsync(await again.StopAsync());
    }

    /// <summary>Payload the server's subflow toward an address sends while 3 MB arrive at the client.</summary>
    private static async Task<long> SentWhileAsync(PathUnderTest path, Transfer transfer, IPAddress client)
    {
        long before = await SentAsync();
        await transfer.WaitForBytesAsync(transfer.Bytes + 3_000_000);
        return await SentAsync() - before;

        async Task<long> SentAsync() =>
            (await path.Lab.Server.ReadSubflowsAsync()).Single(s => s.Mptcp && s.Peer.Address.Equals(client)).BytesSent;
    }

    private static (string Word, string By)[] Link1(PathUnderTest path) =>
        [("192.0.2.0/24", Prefix(path.Lab.Paths[0].ClientV4, 24)), ("2001:db8:1::/48", Prefix(path.Lab.Paths[0].ClientV6, 64))];

    private static (string Word, string By)[] Link2(PathUnderTest path) =>
        [("198.51.100.0/24", Prefix(path.Lab.Paths[1].ClientV4, 24)), ("2001:db8:2::/48", Prefix(path.Lab.Paths[1].ClientV6, 64))];

    private static string Prefix(IPAddress address, int length)
    {
        byte[] bytes = address.GetAddressBytes();
        bytes.AsSpan(length / 8).Clear();
        return $"{new IPAddress(bytes)}/{length}";
    }

    [GeneratedRegex(@"\ssnd_wnd:(\d+)")]
    private static partial Regex SendWindow();
}
