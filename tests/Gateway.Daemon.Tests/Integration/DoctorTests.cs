using System.Formats.Tar;
using System.IO.Compression;
using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;
using Severity = Gateway.V1.Finding.Types.Severity;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>What the doctor finds when things were broken behind the daemon's back, and what it puts right.</summary>
public sealed class DoctorTests : IDisposable
{
    private readonly DaemonFixture _daemon = new();

    public void Dispose() => _daemon.Dispose();

    private string Port => $"{_daemon.Pins}/ports/0";

    [Fact]
    public async Task A_port_without_XDP_is_put_right_as_well()
    {
        using GatewayClient client = _daemon.Start();
        await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near", Xdp = XdpMode.Off });
        Assert.DoesNotContain((await client.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);

        Detach("ingress_link");
        Finding found = Assert.Single((await client.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);
        Assert.Equal(("tcx-detached", "near", true), (found.Code, found.Subject, found.Repairable));
        Assert.Single((await client.System.RepairAsync()).Findings, f => f.Repaired);
        Assert.DoesNotContain((await client.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);
    }

    [Fact]
    public async Task What_is_broken_is_found_and_put_right()
    {
        using GatewayClient client = _daemon.Start();
        await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
        await client.Policies.ApplyAsync("{version: 1, name: all, chains: [{name: all, priority: 1, actors: [count]}]}");
        IReadOnlyList<Finding> healthy = (await client.System.DiagnoseAsync()).Findings;
        Assert.DoesNotContain(healthy, f => f.Severity == Severity.Error);
        Assert.Matches("^Driver veth, XDP native, host mode, MTU 1500, checksums probe, .* offloads: .*tso", healthy.Single(f => f.Code == "nic").Message);
        Assert.Contains(healthy, f => f is { Area: "kernel", Subject: "tcx", Severity: Severity.Ok });

        (string Code, Action Break)[] breakages =
        [
            ("xdp-detached", () => Detach("ingress_link")),
            ("tcx-detached", () => Detach("egress_link")),
            ("pin-missing", () => File.Delete($"{Port}/ingress_link")),
            ("pin-missing", () => File.Delete($"{Port}/info")),
            ("pin-missing", () => File.Delete($"{_daemon.Pins}/maps/gw_flows4")),
            ("pin-missing", () => File.Delete($"{_daemon.Pins}/abi")),
            ("pin-missing", () => File.Delete(Directory.GetFiles($"{_daemon.Pins}/generations").Single())),
            ("port-table", () => Zero("gw_ports", 20)),
            ("policy-switched", () => Zero("gw_control", 8)),
            ("redirect-map", () => Bpftool("map", "delete", "pinned", $"{_daemon.Pins}/maps/gw_tx_wire", "key", "0", "0", "0", "0")),
            ("policy-state-differs", () => File.WriteAllText(Path.Combine(_daemon.StateDirectory, "policy-state"), "x")),
            ("policy-text-damaged", () => File.AppendAllText(Path.Combine(_daemon.StateDirectory, "revisions", "00000001.yaml"), "# x")),
        ];
        foreach ((string code, Action broken) in breakages)
        {
            broken();
            Finding found = Assert.Single((await client.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);
            Assert.True(found is { Repairable: true, Repaired: false } && found.Code == code && found.Advice.Length > 0, found.ToString());
            Finding repaired = Assert.Single((await client.System.RepairAsync()).Findings, f => f.Severity == Severity.Error);
            Assert.True(repaired.Repaired && repaired.Code == code, repaired.ToString());
            Assert.DoesNotContain((await client.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);
        }

        Assert.Contains("xdp", _daemon.Attached(), StringComparison.Ordinal);
        Assert.Contains("Repaired: xdp-detached of near.", _daemon.Log, StringComparison.Ordinal);

        await BundleHoldsAsync(client);

        // What was put right is what the next daemon finds.
        Assert.Equal(137, _daemon.Stop("KILL"));
        using GatewayClient again = _daemon.Start();
        StatusResponse status = await again.System.StatusAsync();
        Assert.Equal((true, 1u, 1ul), (status.Readopted, status.Ports, status.Policy.Revision));
        Assert.DoesNotContain((await again.System.DiagnoseAsync()).Findings, f => f.Severity == Severity.Error);
    }

    [Fact]
    public async Task What_only_an_operator_can_put_right_is_told_with_what_to_do()
    {
        using GatewayClient client = _daemon.Start();
        Assert.Contains((await client.System.DiagnoseAsync()).Findings, f => f.Code == "no-ports");
        await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near", Mode = PortMode.Wire, Peer = "far" });

        // Somebody's own program in the gateway's place.
        Detach("ingress_link");
        string foreign = $"{_daemon.Pins}/ports/1/ingress";
        Command.Run("nsenter", $"--net=/run/netns/{_daemon.Namespace}", "bpftool", "net", "attach", "xdp", "pinned", foreign, "dev", "near");
        Finding found = Assert.Single((await client.System.RepairAsync()).Findings, f => f.Severity == Severity.Error);
        Assert.Equal(("xdp-foreign", "near", false), (found.Code, found.Subject, found.Repairable));
        Assert.Contains("ip link set dev near xdp off", found.Advice, StringComparison.Ordinal);
        Command.Run("ip", "-n", _daemon.Namespace, "link", "set", "dev", "near", "xdp", "off");
        Assert.Equal("xdp-detached", Assert.Single((await client.System.RepairAsync()).Findings, f => f.Repaired).Code);

        Command.Run("ip", "-n", _daemon.Namespace, "link", "set", "far", "mtu", "1400");
        Command.Run("ip", "-n", _daemon.Namespace, "link", "set", "near", "down");
        await Wait.UntilAsync(
            async () =>
            {
                string[] warnings = [.. (await client.System.DiagnoseAsync()).Findings.Where(f => f.Severity == Severity.Warning).Select(f => f.Code)];
                return warnings.Contains("wire-mtu") && warnings.Contains("link-down");
            },
            "the doctor finds the MTU and the link",
            TimeSpan.FromSeconds(30));

        Command.Run("ip", "-n", _daemon.Namespace, "link", "delete", "near");
        Assert.Equal(2, (await client.System.DiagnoseAsync()).Findings.Count(f => f.Code == "nic-gone"));
    }

    [Fact]
    public async Task NICs_of_a_wire_that_filter_by_address_are_made_to_take_every_frame()
    {
        string[] nics = ["tap0", "tap1"];
        foreach (string nic in nics)
        {
            Command.Run("ip", "-n", _daemon.Namespace, "tuntap", "add", nic, "mode", "tap");
            Command.Run("ip", "-n", _daemon.Namespace, "link", "set", nic, "up");
        }

        using GatewayClient client = _daemon.Start();
        await client.Ports.AttachAsync(new AttachPortRequest { Nic = "tap0", Mode = PortMode.Wire, Peer = "tap1", Checksum = ChecksumMode.Complete });

        Assert.Equal(nics, Filtering((await client.System.DiagnoseAsync()).Findings.Where(f => f.Repairable)));
        Assert.Equal(nics, Filtering((await client.System.RepairAsync()).Findings.Where(f => f.Repaired)));
        Assert.Empty(Filtering((await client.System.DiagnoseAsync()).Findings));
        Assert.All(nics, nic => Assert.Contains("PROMISC", Command.Run("ip", "-n", _daemon.Namespace, "link", "show", nic), StringComparison.Ordinal));

        static IEnumerable<string> Filtering(IEnumerable<Finding> findings) => findings.Where(f => f.Code == "wire-not-promiscuous").Select(f => f.Subject).Order();
    }

    private static async Task BundleHoldsAsync(GatewayClient client)
    {
        using var archive = new MemoryStream();
        await client.System.SupportBundleAsync(archive);
        archive.Position = 0;
        using var tar = new TarReader(new GZipStream(archive, CompressionMode.Decompress));
        var files = new Dictionary<string, string>();
        while (tar.GetNextEntry() is { } entry)
        {
            files[entry.Name] = entry.DataStream is { } content ? new StreamReader(content).ReadToEnd() : "";
        }

        foreach ((string name, string holds) in (ReadOnlySpan<(string, string)>)
            [
                ("status.json", "\"tcx\""), ("ports.json", "\"near\""), ("counters.json", "\"all\""), ("connections.json", "connections"), ("ledger.json", "entries"),
                ("findings.json", "\"pins\""), ("configuration.txt", "flow-entries 65536\nset-entries 262144"), ("policy.yaml", "name: all"), ("policy-history.txt", "running 1"),
                ("bpf.txt", " gw_flows4 "), ("bpf.txt", " Xdp prog "), ("pins.txt", "/ports/0/ingress_link"), ("log.txt", "Repaired: xdp-detached of near."),
                ("system/proc/thread-self/net/dev", "near:"), ("system/etc/os-release", "NAME="),
            ])
        {
            Assert.Contains(holds, files[$"gateway-support/{name}"], StringComparison.Ordinal);
        }
    }

    private static void Bpftool(params string[] arguments) => Command.Run("bpftool", arguments);

    /// <summary>Empties the first entry of an array map.</summary>
    private void Zero(string map, int size) =>
        Bpftool(["map", "update", "pinned", $"{_daemon.Pins}/maps/{map}", "key", "0", "0", "0", "0", "value", .. Enumerable.Repeat("0", size)]);

    private void Detach(string link) =>
        Bpftool("link", "detach", "id", Command.Run("bpftool", "link", "show", "pinned", $"{Port}/{link}").Split(':')[0]);
}
