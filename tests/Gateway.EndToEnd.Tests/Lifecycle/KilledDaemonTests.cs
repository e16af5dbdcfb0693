using System.Globalization;
using Gateway.Lab;
using Gateway.Rpc;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;
using Severity = Gateway.V1.Finding.Types.Severity;

namespace Gateway.EndToEnd.Tests;

/// <summary>gatewayd is killed again and again while data flows. GATEWAY_TEST_KILLS says how often, as for a long test.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class KilledDaemonTests(SharedPaths paths)
{
    private static readonly int s_kills = int.TryParse(
        Environment.GetEnvironmentVariable("GATEWAY_TEST_KILLS"), NumberStyles.None, CultureInfo.InvariantCulture, out int kills) ? kills : 5;

    [Fact]
    public async Task The_data_path_goes_on_without_it_and_the_next_one_takes_it_over()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        ApplyPolicyResponse running = await path.WatchAsync(a => a.Count());
        KernelObjects owned = await KernelObjects.OwnedAsync(path.Lab.Gateway, path.Gateway.PinPath);
        await using Transfer transfer = await path.Lab.StartTransferAsync(
            new TransferSpec { Direction = Direction.Download, To = path.Lab.Paths[0].Server(path.Family), Timeout = TimeSpan.FromHours(2) });
        await transfer.WaitForBytesAsync(100_000);
        await path.WaitForJoinAsync(transfer);

        // The seed is in the message of a failure.
        int seed = Random.Shared.Next();
        var random = new Random(seed);
        try
        {
            for (int kill = 1; kill <= s_kills; kill++)
            {
                await Task.Delay(random.Next(200));
                ulong counted = await path.Gateway.CountAsync("watch", "count", Reason.Done);
                await path.Gateway.KillDaemonAsync();

                // Every second time the next one is killed as well, somewhere in its start.
                if (kill % 2 == 0)
                {
                    Task start = path.Gateway.StartDaemonAsync();
                    await Task.Delay(random.Next(1500));
                    await path.Gateway.KillDaemonAsync();
                    await EndAsync(start);
                    kill++;
                }

                await transfer.WaitForBytesAsync(transfer.Bytes + 300_000);
                await path.Gateway.StartDaemonAsync();
                StatusResponse status = await path.Api.System.StatusAsync();
                Assert.Equal((true, 4u, running.Applied.Revision), (status.Readopted, status.Ports, status.Policy.Revision));
                Assert.True(await path.Gateway.CountAsync("watch", "count", Reason.Done) > counted + 50, "the policy did not count meanwhile");
            }
        }
        catch (Exception failure)
        {
            throw new InvalidOperationException($"seed {seed}: {failure.Message}\n{path.Gateway.Transcript}", failure);
        }

        KernelObjects after = await KernelObjects.OwnedAsync(path.Lab.Gateway, path.Gateway.PinPath);
        Assert.Equal(owned.Of("prog", "link").Ids.Order(), after.Of("prog", "link").Ids.Order());
        Assert.DoesNotContain((await path.Api.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);
        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        Assert.Equal((2, false, 0), (result.Subflows, result.PlainTcp, result.Lost));
        await path.AssertNoFallbackAsync();
        FaultTable.Withstood("gatewayd killed (SIGKILL) at random under load, also in its start", "transfers go on, policy in force; the next one takes over the same programs and links");
    }

    private static async Task EndAsync(Task start)
    {
        try
        {
            await start;
        }
        catch (Exception failure) when (failure is InvalidOperationException or RpcException or ObjectDisposedException or NullReferenceException or TimeoutException)
        {
            // It was killed before it was ready.
        }
    }
}
