using System.Diagnostics;
using System.Globalization;
using Gateway.Benchmarks.Packets;
using Gateway.Benchmarks.Results;
using Gateway.Benchmarks.Traffic;
using Gateway.Lab;

namespace Gateway.Benchmarks.EndToEnd;

/// <summary>Measures path 1 of a lab with real hosts.</summary>
/// <param name="lab">The lab.</param>
/// <param name="isQuick">Whether to see that it works rather than how fast it is.</param>
internal sealed class PathProbe(MptcpLab lab, bool isQuick) : IAsyncDisposable
{
    private readonly TimeSpan _transfer = isQuick ? TimeSpan.FromMilliseconds(300) : TimeSpan.FromSeconds(2);
    private readonly TimeSpan _blast = isQuick ? TimeSpan.FromMilliseconds(200) : TimeSpan.FromSeconds(1);
    private readonly int _pings = isQuick ? 20 : 500;
    private readonly int _flows = isQuick ? 5 : 100;
    private FlowTimer? _timer;

    /// <summary>One round.</summary>
    internal async Task<PathFigures> MeasureAsync()
    {
        double before = BusySeconds();
        TransferResult mptcp = await TransferAsync(mptcp: true).ConfigureAwait(false);
        double cpu = (BusySeconds() - before) / (mptcp.Bytes / 1e9);
        TransferResult tcp = await TransferAsync(mptcp: false).ConfigureAwait(false);
        PingResult ping = await lab.PingAsync(_pings).ConfigureAwait(false);
        Require(ping.Ok, $"requests were not answered: {ping.Error}");

        _timer ??= await lab.StartFlowTimerAsync().ConfigureAwait(false);
        var flows = new List<double>();
        for (int i = 0; i < _flows; i++)
        {
            flows.Add((await _timer.MeasureAsync(1, mptcp: true).ConfigureAwait(false)).Milliseconds);
        }

        return new PathFigures(
            mptcp.Mbps, tcp.Mbps, ping.Median.TotalMicroseconds, 1000 / CaseResult.Median(flows), await BlastAsync().ConfigureAwait(false), cpu);
    }

    public ValueTask DisposeAsync() => _timer?.DisposeAsync() ?? ValueTask.CompletedTask;

    private async Task<TransferResult> TransferAsync(bool mptcp)
    {
        TransferResult result = await lab.TransferAsync(TransferSpec.DownloadFor(_transfer) with { Mptcp = mptcp, Verify = false }).ConfigureAwait(false);
        Require(result.Lost == 0 && result.Bytes > 0, $"a transfer broke off: {result.Errors}");
        Require(!mptcp || !result.PlainTcp, "an MPTCP transfer fell back to TCP");
        return result;
    }

    private async Task<double> BlastAsync()
    {
        using var watch = new SynWatch(lab);
        var clock = Stopwatch.StartNew();
        using (var stream = new SynStream(lab, burst: 64, TimeSpan.Zero))
        {
            await Task.Delay(_blast).ConfigureAwait(false);
        }

        double seconds = clock.Elapsed.TotalSeconds;
        watch.Dispose();
        Require(watch.Received > 0 && watch.Corrupt == 0, $"of the small packets {watch.Received} arrived, {watch.Corrupt} with wrong checksums");
        return (watch.Received + watch.Overrun) / seconds;
    }

    /// <summary>CPU seconds that were not idle since the machine started (proc(5), /proc/stat, in hundredths).</summary>
    private static double BusySeconds()
    {
        double[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(t => double.Parse(t, CultureInfo.InvariantCulture))];
        const int Idle = 3, InputOutput = 4;
        return (ticks.Sum() - ticks[Idle] - ticks[InputOutput]) / 100;
    }

    private void Require(bool holds, string otherwise)
    {
        if (!holds)
        {
            throw new IncorrectCaseException($"{lab.Options.Mode}: {otherwise}");
        }
    }
}
