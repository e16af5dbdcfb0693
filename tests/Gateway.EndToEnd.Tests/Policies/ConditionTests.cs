using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Selectors of connection, sequence and sample on what real hosts send.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class ConditionTests(SharedPaths paths)
{
    private const long Bytes = 6_000_000;
    private const ulong First = 2_000_000;

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task Only_the_joined_subflow_is_demoted(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.Api.Policies.ApplyAsync("""
            version: 1
            name: second
            chains:
              - {name: second, priority: 1, select: {connection: {subflow: 2-, subflows: 2-}}, actors: [{set_backup: on}]}
            """);
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);

        await Wait.UntilAsync(
            async () => (await path.Lab.Server.ReadSubflowsAsync()).Any(s => s.Joined && s.BackupByPeer), "the server holds the joined subflow for backup");
        Assert.DoesNotContain(await path.Lab.Server.ReadSubflowsAsync(), s => !s.Joined && s.BackupByPeer);
        Assert.True((await path.GrowthAsync("MPTcpExtMPPrioRx")).Server > 0);

        await path.AssertWholeAsync(await transfer.StopAsync());
        await path.AssertNoFallbackAsync();
    }

    /// <summary>Every byte of both subflows is in exactly one of two ranges, whichever path carries it.</summary>
    [Theory]
    [InlineData(LabMode.Routed, Family.V4, Lab.Direction.Download)]
    [InlineData(LabMode.Wire, Family.V4, Lab.Direction.Upload)]
    [InlineData(LabMode.Routed, Family.V6, Lab.Direction.Upload)]
    public async Task Data_sequence_numbers_split_a_connection_in_two(LabMode mode, Family family, Lab.Direction direction)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.Api.Policies.ApplyAsync($$"""
            version: 1
            name: split
            chains:
              - name: early
                priority: 2
                select: [{packet_type: data}, {sequence: {data: "-{{First - 1}}" } }]
                actors: [count]
              - name: late
                priority: 1
                select: [{packet_type: data}, {sequence: {data: {{First}}- } }, {connection: {bytes: {{First}}- } }]
                actors: [count]
            """);
        TransferResult result = await path.Lab.TransferAsync(
            new TransferSpec { Direction = direction, Bytes = Bytes, To = path.Lab.Paths[0].Server(family) });

        CountersResponse counters = await path.Api.Telemetry.CountersAsync();
        ulong early = counters.Chains.Single(c => c.Chain == "early").Bytes;
        ulong late = counters.Chains.Single(c => c.Chain == "late").Bytes;
        // Headers and what was sent again come on top; nothing is missing but the segment that crosses the border.
        Assert.InRange(early, First - 10_000, First * 2);
        Assert.InRange(late, (ulong)Bytes - First - 10_000, (ulong)Bytes * 2);
        await path.AssertWholeAsync(result);
        await path.AssertNoFallbackAsync();
    }

    [Fact]
    public async Task Buckets_share_out_all_connections_once_their_keys_are_known()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        await path.Api.Policies.ApplyAsync("""
            version: 1
            name: canary
            chains:
              - {name: canary, priority: 2, select: {sample: {buckets: 0-4, of: 10, by: connection}}, actors: [count]}
              - {name: strangers, priority: 1, select: {connection: {token: [0, 1]}}, actors: [count]}
              - {name: others, priority: 0, select: {sample: {buckets: 5-9, of: 10, by: connection}}, actors: [count]}
            """);
        TransferResult result = await path.Lab.TransferAsync(
            new TransferSpec { Bytes = 200_000, Connections = 12, To = path.Lab.Paths[0].Server(Family.V4) });

        CountersResponse counters = await path.Api.Telemetry.CountersAsync();
        // Each connection has more than a hundred packets.
        Assert.True(counters.Chains.Single(c => c.Chain == "canary").Packets + counters.Chains.Single(c => c.Chain == "others").Packets > 1200, $"{counters}");
        Assert.Equal(0ul, counters.Chains.Single(c => c.Chain == "strangers").Packets);
        await path.AssertWholeAsync(result);
    }
}
