using Microsoft.Extensions.Hosting;

namespace Gateway.Daemon.Hosting;

/// <summary>
/// Gives back the memory that a large policy took on its way into the kernel: the collector keeps it for as long as nothing
/// is allocated, which on a gateway that only watches is for ever.
/// </summary>
internal sealed class MemoryUpkeep(TimeProvider time) : BackgroundService
{
    private static readonly TimeSpan s_period = TimeSpan.FromSeconds(5);

    private readonly MemorySlack _slack = new();

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        using var timer = new PeriodicTimer(s_period, time);
        while (await timer.WaitForNextTickAsync(stoppingToken).ConfigureAwait(false))
        {
            if (_slack.IsDue(GC.GetTotalAllocatedBytes(), GC.GetGCMemoryInfo().TotalCommittedBytes))
            {
                GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            }
        }
    }
}
