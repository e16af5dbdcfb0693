using Gateway.Lab;

namespace Gateway.Experiments;

/// <summary>Steady goodput of transfers that run beside each other.</summary>
internal static class Goodput
{
    private static readonly TimeSpan s_window = TimeSpan.FromSeconds(1);

    /// <summary>The median over windows of one second of what several running transfers receive together, in Mbit/s.</summary>
    public static async Task<double> MeasureAsync(IReadOnlyList<Transfer> transfers, int windows)
    {
        double[] rates = new double[windows];
        for (int i = 0; i < windows; i++)
        {
            TransferSample[] start = [.. transfers.Select(t => t.Sample)];
            await Task.Delay(s_window).ConfigureAwait(false);
            rates[i] = transfers.Zip(start, (transfer, then) =>
            {
                TransferSample now = transfer.Sample;
                return (now.Bytes - then.Bytes) * 8 / (now.Seconds - then.Seconds) / 1e6;
            }).Sum();
        }

        return Statistics.Median(rates);
    }
}
