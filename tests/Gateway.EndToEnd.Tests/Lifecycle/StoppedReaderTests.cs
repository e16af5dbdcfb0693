using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Nobody reads the ring buffer of events while they are produced under load.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class StoppedReaderTests(SharedPaths paths)
{
    [Fact]
    public async Task Events_that_find_no_room_are_counted_and_packets_pass()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        await path.WatchAsync(a => a.Trace().Count());
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        ulong before = (await path.Api.Telemetry.CountersAsync()).EventsLost;
        string daemon = $"{path.Gateway.DaemonPid}";

        await path.Lab.Gateway.RunAsync("kill", "-STOP", daemon);
        try
        {
            // Each packet makes an event at ingress and at egress: many times what the ring has room for.
            await transfer.WaitForBytesAsync(transfer.Bytes + 40_000_000, TimeSpan.FromMinutes(2));
        }
        finally
        {
            await path.Lab.Gateway.RunAsync("kill", "-CONT", daemon);
        }

        CountersResponse counters = await path.Api.Telemetry.CountersAsync();
        Assert.True(counters.EventsLost > before + 1000, $"{counters.EventsLost - before} events lost");
        Finding told = Assert.Single((await path.Api.System.DiagnoseAsync()).Findings, f => f.Code == "events-lost");
        Assert.Matches("^[0-9]+ events found no room", told.Message);

        // The reader goes on with what comes now.
        await using (EventLog events = await EventLog.SubscribeAsync(path))
        {
            await events.WaitForAsync(e => e.Chain == "watch", "an event of the policy");
        }

        TransferResult result = await transfer.StopAsync();
        await path.AssertWholeAsync(result);
        Assert.Equal((2, false, 0), (result.Subflows, result.PlainTcp, result.Lost));
        FaultTable.Withstood("the ring buffer of events overflows, its reader being stopped (SIGSTOP) under load", "packets pass; lost events are counted and told by counters and doctor");
    }
}
