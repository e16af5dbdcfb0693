using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;
using Direction = Gateway.Lab.Direction;

namespace Gateway.Experiments;

/// <summary>
/// A hypervisor with two uplinks and two tenants, each with one MPTCP connection of two subflows. The hypervisor's route sends
/// all of them over uplink 1; spread-over-links deals them over both. Background flows are plain TCP over uplink 1.
/// </summary>
internal sealed class MultiTenantExperiment : IExperiment
{
    private const double LinkMbps = 40;
    private const int Windows = 8, BackgroundFlows = 2;
    private static readonly TimeSpan s_settle = TimeSpan.FromSeconds(3);

    public string Name => "multi_tenant";

    public async Task<ExperimentResult> RunAsync(Action<string> progress)
    {
        await using MptcpLab lab = await MptcpLab.RaiseAsync(new LabOptions
        {
            Mode = LabMode.Spread,
            SecondTenant = true,
            Path1 = new LinkOptions(LinkMbps),
            Path2 = new LinkOptions(LinkMbps),
            RealChecksums = RealChecksums.Gateway,
        }).ConfigureAwait(false);
        await using GatewayUnderLab gateway = await GatewayUnderLab.StartAsync(lab).ConfigureAwait(false);
        foreach (string port in lab.Tenant!.GatewayPorts)
        {
            await gateway.Client.Ports.AttachAsync(new AttachPortRequest { Nic = port, Mode = PortMode.Host }).ConfigureAwait(false);
        }

        Integrity integrity = await Integrity.WatchAsync(lab).ConfigureAwait(false);
        await lab.RouteTenantOverPath2Async(true).ConfigureAwait(false);
        double links = await MeasureAsync(lab, integrity, mptcp: false, background: 0).ConfigureAwait(false);
        await lab.RouteTenantOverPath2Async(false).ConfigureAwait(false);
        progress($"the links' sum (plain TCP, one flow routed over each): {links:F1} Mbit/s");
        double one = await MeasureAsync(lab, integrity, mptcp: true, background: 0).ConfigureAwait(false);
        progress($"two tenants on one link: {one:F1} Mbit/s");
        double oneBackground = await MeasureAsync(lab, integrity, mptcp: true, BackgroundFlows).ConfigureAwait(false);
        progress($"two tenants on one link beside {BackgroundFlows} background flows: {oneBackground:F1} Mbit/s");

        await gateway.Client.Policies.ApplyAsync(ReadyMadePolicy.Read(
            "spread-over-links", ("eth2", lab.Paths[0].GatewayServerPort), ("eth3", lab.Paths[1].GatewayServerPort))).ConfigureAwait(false);
        double spread = await MeasureAsync(lab, integrity, mptcp: true, background: 0).ConfigureAwait(false);
        progress($"two tenants spread over both links: {spread:F1} Mbit/s");
        double spreadBackground = await MeasureAsync(lab, integrity, mptcp: true, BackgroundFlows).ConfigureAwait(false);
        progress($"two tenants spread beside {BackgroundFlows} background flows: {spreadBackground:F1} Mbit/s");

        Figures figures = new Figures()
            .Rate("links_sum_mbps", links)
            .Rate("one_link_mbps", one)
            .Rate("spread_mbps", spread)
            .Rate("one_link_background_mbps", oneBackground)
            .Rate("spread_background_mbps", spreadBackground)
            .Rate("gain_pct", Gain(one, spread))
            .Rate("gain_background_pct", Gain(oneBackground, spreadBackground))
            .Rate("spread_of_links_pct", 100 * spread / links);
        if (!await integrity.ReportAsync(figures).ConfigureAwait(false))
        {
            throw new InvalidOperationException($"Content or checksums were wrong: {figures.Values.ToJsonString()}");
        }

        return new ExperimentResult(
            Name,
            "Goodput of two tenants' MPTCP connections (two subflows each) behind a hypervisor with two equal uplinks.",
            [
                ("sum of the links, plain TCP", $"{links:F1} Mbit/s"),
                ("all on one link", $"{one:F1} Mbit/s"),
                ("spread over both", $"{spread:F1} Mbit/s ({spread / links:P1} of the sum)"),
                ("gain", $"{Gain(one, spread):+0.0;-0.0} % (research system: +23.03 %)"),
                ("all on one link, background flows", $"{oneBackground:F1} Mbit/s"),
                ("spread over both, background flows", $"{spreadBackground:F1} Mbit/s"),
                ("gain with background flows", $"{Gain(oneBackground, spreadBackground):+0.0;-0.0} % (research system: up to +32.3 %)"),
            ],
            figures.Values,
            [
                new BarPlot(
                    Name, "Two tenants behind one hypervisor", "goodput of both tenants, Mbit/s", ["no background", "background flows", "sum of the links"],
                    [("one link (default)", [one, oneBackground, double.NaN]), ("spread over links", [spread, spreadBackground, links])]),
            ]);
    }

    private static double Gain(double before, double after) => 100 * ((after / before) - 1);

    /// <summary>Goodput of the two tenants together.</summary>
    private static async Task<double> MeasureAsync(MptcpLab lab, Integrity integrity, bool mptcp, int background)
    {
        var spec = new TransferSpec { Direction = Direction.Upload, Mptcp = mptcp };
        await using Transfer first = await lab.StartTransferAsync(spec).ConfigureAwait(false);
        await using Transfer second = await lab.StartTransferAsync(spec with { From = lab.Tenant!.Space }).ConfigureAwait(false);
        await using Transfer? others = background == 0
            ? null
            : await lab.StartTransferAsync(spec with { Mptcp = false, Connections = background }).ConfigureAwait(false);
        Transfer[] all = [first, second, .. others is null ? (Transfer[])[] : [others]];
        foreach (Transfer transfer in all)
        {
            await transfer.WaitForBytesAsync(500_000).ConfigureAwait(false);
        }

        await Task.Delay(s_settle).ConfigureAwait(false);
        double rate = await Goodput.MeasureAsync([first, second], Windows).ConfigureAwait(false);
        foreach (Transfer transfer in all)
        {
            TransferResult result = await transfer.StopAsync().ConfigureAwait(false);
            integrity.Note(result);
            if (mptcp && transfer != others && (result.PlainTcp || result.Subflows < 2))
            {
                throw new InvalidOperationException($"A tenant's connection has {result.Subflows} subflows. {result.Errors}");
            }
        }

        return rate;
    }
}
