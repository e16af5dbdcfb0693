using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.Client;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.Experiments;

/// <summary>Downloads under rate_limit, and what their subflows receive.</summary>
internal static class Limits
{
    /// <summary>Rate of the links.</summary>
    internal const double LinkMbps = 100;

    /// <summary>Time before a measurement.</summary>
    internal static readonly TimeSpan Settle = TimeSpan.FromSeconds(3);

    private static readonly TimeSpan s_measured = TimeSpan.FromSeconds(8);

    /// <summary>Starts a download without end.</summary>
    internal static async Task<Transfer> StartAsync(MptcpLab lab)
    {
        Transfer transfer = await lab.StartTransferAsync(new TransferSpec { Direction = Direction.Download, Timeout = TimeSpan.FromMinutes(5) })
            .ConfigureAwait(false);
        await transfer.WaitForBytesAsync(500_000).ConfigureAwait(false);
        return transfer;
    }

    /// <summary>Puts a limit in force, of all subflows or of those of one client address.</summary>
    internal static Task<ApplyPolicyResponse> LimitAsync(GatewayUnderLab gateway, double rate, RateScope scope, string? client = null) =>
        gateway.Client.Policies.ApplyAsync(PolicyChain.Named("limit")
            .Select(s => client is null ? s.Port(MptcpLab.Port) : s.IpPair(client, "0.0.0.0/0"))
            .Do(a => a.RateLimit((ulong)(rate * 1e6), scope))
            .ToPolicy("limit"));

    /// <summary>Puts a policy in force that looks at the same packets and limits nothing.</summary>
    internal static Task<ApplyPolicyResponse> ReleaseAsync(GatewayUnderLab gateway) =>
        gateway.Client.Policies.ApplyAsync(PolicyChain.Named("limit").Select(s => s.Port(MptcpLab.Port)).Do(a => a.Count()).ToPolicy("limit"));

    /// <summary>Ends a transfer; content and checksums must be right.</summary>
    internal static async Task EndAsync(Transfer transfer, Integrity integrity, Figures figures)
    {
        integrity.Note(await transfer.StopAsync().ConfigureAwait(false));
        if (!await integrity.ReportAsync(figures).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Content or checksums were wrong: {figures.Values.ToJsonString()}");
        }
    }

    /// <summary>Payload that the client's subflows received in a while, in Mbit/s, by the kernel's own count and local address.</summary>
    internal static async Task<IReadOnlyDictionary<IPAddress, double>> MeasureAsync(MptcpLab lab)
    {
        var clock = Stopwatch.StartNew();
        Dictionary<IPAddress, long> before = await ReadAsync().ConfigureAwait(false);
        TimeSpan start = clock.Elapsed;
        await Task.Delay(s_measured).ConfigureAwait(false);
        Dictionary<IPAddress, long> after = await ReadAsync().ConfigureAwait(false);
        double seconds = (clock.Elapsed - start).TotalSeconds;
        return after.ToDictionary(e => e.Key, e => (e.Value - before[e.Key]) * 8 / seconds / 1e6);

        async Task<Dictionary<IPAddress, long>> ReadAsync() => (await lab.Client.ReadSubflowsAsync().ConfigureAwait(false))
            .Where(s => s.Mptcp)
            .ToDictionary(s => s.Local.Address, s => s.BytesReceived);
    }

    /// <summary>A text for figures, independent of the machine's culture.</summary>
    internal static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
