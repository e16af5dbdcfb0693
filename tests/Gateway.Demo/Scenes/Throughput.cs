using Gateway.Lab;

namespace Gateway.Demo;

/// <summary>Steady goodput of a transfer: the median of several windows, so that a stall of a busy machine does not decide.</summary>
internal static class Throughput
{
    private const int Windows = 5;
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    /// <summary>Runs a transfer without end, lets it settle, and measures it in Mbit/s.</summary>
    /// <param name="lab">Where.</param>
    /// <param name="direction">Which way.</param>
    /// <param name="settle">Time before the first window.</param>
    /// <param name="integrity">Takes the finished transfer into account.</param>
    internal static async Task<double> MeasureAsync(MptcpLab lab, Direction direction, TimeSpan settle, Integrity integrity)
    {
        await using Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Direction = direction }).ConfigureAwait(false);
        await transfer.WaitForBytesAsync(500_000).ConfigureAwait(false);
        await Task.Delay(settle).ConfigureAwait(false);
        double[] rates = new double[Windows];
        for (int i = 0; i < Windows; i++)
        {
            TransferSample start = transfer.Sample;
            await Task.Delay(Window).ConfigureAwait(false);
            TransferSample end = transfer.Sample;
            rates[i] = (end.Bytes - start.Bytes) * 8 / (end.Seconds - start.Seconds) / 1e6;
        }

        integrity.Note(await transfer.StopAsync().ConfigureAwait(false));
        return rates.Order().ElementAt(Windows / 2);
    }
}
