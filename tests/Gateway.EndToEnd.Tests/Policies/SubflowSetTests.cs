using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>A set of subflows that is filled and emptied under the transfer of real hosts.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class SubflowSetTests(SharedPaths paths)
{
    [Theory]
    [InlineData(LabMode.Routed, Family.V6)]
    [InlineData(LabMode.Wire, Family.V4)]
    public async Task A_subflow_meets_the_chain_while_it_is_in_the_set(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await path.Api.Policies.ApplyAsync(
            PolicyChain.Named("chosen").Priority(2).Select(s => s.SubflowSet("chosen")).Do(a => a.SetBackup(true)).ToPolicy("sets"));
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        Connection connection = await path.FindAsync(c => c.Subflows.Count(s => s.State == SubflowState.Established) == 2, "two subflows");
        await transfer.WaitForBytesAsync(transfer.Bytes + 200_000);
        Assert.Equal(0u, await PacketsAsync(path));

        Subflow second = connection.Subflows[1];
        var control = new ControlProgram(path);
        (int code, string output, string errors) = await control.RunAsync("subflow-set", "add", "chosen", End(second.ServerAddress, second.ServerPort), End(second.ClientAddress, second.ClientPort));
        Assert.True(code == 0, errors);
        Assert.Equal("1 subflows added", output.Trim());
        await path.FindAsync(c => c.Id == connection.Id && c.Subflows[1] is { ClientBackup: true, ServerBackup: true } && c.Subflows[0] is { ClientBackup: false, ServerBackup: false }, "backup at both ends");
        (long client, long server) = await path.GrowthAsync("MPTcpExtMPPrioRx");
        Assert.True(client >= 1 && server >= 1, $"MP_PRIO came {client} and {server} times.");
        SubflowSet set = Assert.Single((await path.Api.SubflowSets.ListAsync()).Sets);
        Assert.Equal(("chosen", 1ul, true), (set.Name, set.Ipv4 + set.Ipv6, set.InUse));

        (code, string shown, errors) = await control.RunAsync("subflow-set", "show", "chosen");
        Assert.True(code == 0, errors);
        string file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, "# as it was shown\n\n" + shown);
        (code, output, errors) = await control.RunAsync("subflow-set", "remove", "chosen", "--file", file);
        File.Delete(file);
        Assert.True(code == 0, errors);
        Assert.Equal("1 subflows removed", output.Trim());
        ulong packets = await PacketsAsync(path);
        Assert.True(packets > 0);
        await transfer.WaitForBytesAsync(transfer.Bytes + 1_000_000);
        Assert.Equal(packets, await PacketsAsync(path));

        (code, _, errors) = await control.RunAsync("subflow-set", "delete", "chosen");
        Assert.True(code != 0 && errors.Contains("apply one without it first", StringComparison.Ordinal), errors);
        await path.Api.Policies.ClearAsync();
        (code, _, errors) = await control.RunAsync("subflow-set", "delete", "chosen");
        Assert.True(code == 0, errors);
        await path.AssertWholeAsync(await transfer.StopAsync());
        await path.AssertNoFallbackAsync();
    }

    private static async Task<ulong> PacketsAsync(PathUnderTest path) =>
        Assert.Single((await path.Api.Telemetry.CountersAsync()).Chains).Packets;

    private static string End(string address, uint port) => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]:{port}" : $"{address}:{port}";
}
