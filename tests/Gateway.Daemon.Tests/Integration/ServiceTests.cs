using Gateway.Client;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>The daemon as a service: its configuration, and what it tells the service manager.</summary>
public sealed class ServiceTests : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(1);

    private readonly DaemonFixture _daemon = new();

    public void Dispose() => _daemon.Dispose();

    [Fact]
    public async Task Configured_ports_are_attached_before_the_daemon_is_ready()
    {
        using var manager = new NotifySocket(_daemon.PathOf("notify"));
        _daemon.Environment["NOTIFY_SOCKET"] = _daemon.PathOf("notify");

        using GatewayClient client = _daemon.Start("--config", Configuration("{nic: near, mode: wire, peer: far}"));

        Assert.Equal(["near", "far"], (await client.Ports.ListAsync()).Ports.Select(p => p.Nic));
        Assert.Equal("READY=1\nSTATUS=attached: near, far", manager.Receive(s_patience));
        Assert.InRange(manager.Extensions, 1, 100);
        Assert.Equal(0, _daemon.Stop("TERM"));
        Assert.Equal("STOPPING=1", manager.Receive(s_patience));
        Assert.Contains("xdp", _daemon.Attached(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_nic_that_is_not_there_keeps_no_other_waiting_and_is_attached_when_it_comes_and_comes_again()
    {
        using var manager = new NotifySocket(_daemon.PathOf("notify"));
        _daemon.Environment["NOTIFY_SOCKET"] = _daemon.PathOf("notify");
        using GatewayClient client = _daemon.Start("--config", Configuration("{nic: late}, {nic: near}"));
        Assert.Equal("READY=1\nSTATUS=attached: near; waiting for: late", manager.Receive(s_patience));
        Assert.Equal(["near"], (await client.Ports.ListAsync()).Ports.Select(p => p.Nic));

        for (int i = 0; i < 2; i++)
        {
            Command.Run("ip", "-n", _daemon.Namespace, "link", "add", "late", "type", "veth", "peer", "name", "later");
            int ifindex = int.Parse(Command.Run("ip", "-n", _daemon.Namespace, "-o", "link", "show", "late").Split(':')[0], System.Globalization.CultureInfo.InvariantCulture);
            await Wait.UntilAsync(async () => (await client.Ports.ListAsync()).Ports.Any(p => p.Nic == "late" && p.Ifindex == ifindex), "late is attached", s_patience);
            Command.Run("ip", "-n", _daemon.Namespace, "link", "delete", "late");
        }
        FaultTable.Withstood("a configured NIC is missing, comes, goes and comes again", "the others are attached at once, it is attached whenever it comes");
    }

    [Fact]
    public async Task What_an_operator_detaches_stays_detached_and_a_changed_configuration_wins_at_the_next_start()
    {
        using (GatewayClient client = _daemon.Start("--config", Configuration("{nic: near}")))
        {
            await client.Ports.DetachAsync("near");
            Command.Run("ip", "-n", _daemon.Namespace, "link", "set", "far", "mtu", "1400");
            await Task.Delay(TimeSpan.FromSeconds(1));
            Assert.Empty((await client.Ports.ListAsync()).Ports);
            await client.Ports.AttachAsync(new AttachPortRequest { Nic = "near" });
        }

        Assert.Equal(0, _daemon.Stop("TERM"));
        using GatewayClient again = _daemon.Start("--config", Configuration("{nic: near, mode: wire, peer: far}"));
        Assert.All((await again.Ports.ListAsync()).Ports, p => Assert.Equal(PortMode.Wire, p.Mode));
    }

    [Fact]
    public async Task A_configured_NIC_that_is_renamed_stays_attached_once_and_the_configuration_follows_names()
    {
        using (GatewayClient client = _daemon.Start("--config", Configuration("{nic: near}")))
        {
            uint ifindex = Assert.Single((await client.Ports.ListAsync()).Ports).Ifindex;
            Rename("near", "wan");
            await Wait.UntilAsync(async () => Assert.Single((await client.Ports.ListAsync()).Ports) is { Nic: "near", RenamedTo: "wan", Link: LinkState.Up }, "near is listed as wan", s_patience);

            // A configuration that is given the new name: the same NIC, attached anew and once.
            Assert.Equal(0, _daemon.Stop("TERM"));
            using GatewayClient again = _daemon.Start("--config", Configuration("{nic: wan}"));
            Port port = Assert.Single((await again.Ports.ListAsync()).Ports);
            Assert.Equal(("wan", "", ifindex), (port.Nic, port.RenamedTo, port.Ifindex));
            Assert.Contains("xdp", Command.Run("ip", "-n", _daemon.Namespace, "-d", "link", "show", "wan"), StringComparison.Ordinal);

            // Another NIC gets the configured name: that one is meant.
            Rename("wan", "old");
            Rename("far", "wan");
            await Wait.UntilAsync(
                async () => (await again.Ports.ListAsync()).Ports is [{ Nic: "wan", RenamedTo: "", Link: LinkState.Up } moved] && moved.Ifindex != ifindex, "far is attached as wan", s_patience);
            Assert.DoesNotContain("xdp", Command.Run("ip", "-n", _daemon.Namespace, "-d", "link", "show", "old"), StringComparison.Ordinal);
        }

        FaultTable.Withstood("a configured NIC is renamed", "it stays attached; the configuration goes by names: a NIC that gets a configured one is attached, and no NIC twice");
    }

    [Fact]
    public async Task The_watchdog_is_fed_while_frames_cross_every_port_and_no_longer()
    {
        using var manager = new NotifySocket(_daemon.PathOf("notify"));
        _daemon.Environment["NOTIFY_SOCKET"] = _daemon.PathOf("notify");
        _daemon.Environment["WATCHDOG_USEC"] = "400000";
        using GatewayClient client = _daemon.Start("--config", Configuration("{nic: near}"));
        ulong before = await CountedAsync(client);
        for (int signs = 0; signs < 3;)
        {
            string? sign = manager.Receive(s_patience);
            Assert.NotNull(sign);
            signs += sign == "WATCHDOG=1" ? 1 : 0;
        }

        // The frame that proves it is counted like any other.
        await Wait.UntilAsync(async () => await CountedAsync(client) > before, "a frame is counted", s_patience);

        string links = Command.Run("bpftool", "link", "show", "pinned", $"{_daemon.Pins}/ports/0/ingress_link");
        Command.Run("bpftool", "link", "detach", "id", links.Split(':')[0]);
        await Wait.UntilAsync(() => _daemon.Log.Contains("the XDP link of near was detached", StringComparison.Ordinal), "the log tells of the link", s_patience);
        manager.Drain();
        Assert.Null(manager.Receive(TimeSpan.FromSeconds(2)));

        // What the service manager does then heals the port.
        Assert.Equal(137, _daemon.Stop("KILL"));
        using GatewayClient again = _daemon.Start("--config", Configuration("{nic: near}"));
        Assert.Contains("xdp", _daemon.Attached(), StringComparison.Ordinal);
        manager.Drain();
        Assert.Equal("WATCHDOG=1", manager.Receive(s_patience));
        FaultTable.Withstood("the programs of a port no longer take frames", "the systemd watchdog is not fed any more: gatewayd is restarted");
    }

    [Fact]
    public void A_wrong_configuration_is_refused_with_every_error_and_its_place()
    {
        File.WriteAllText(_daemon.PathOf("wrong"), "version: 1\nport: []\nports: [{nic: near, mode: wire}]\n");

        (int code, string output, string errors) = _daemon.Run("--config", _daemon.PathOf("wrong"));

        Assert.Equal((2, ""), (code, output));
        Assert.Contains("wrong:2:1: port: ", errors, StringComparison.Ordinal);
        Assert.Contains("wrong:3:9: ports[0]: ", errors, StringComparison.Ordinal);
        Assert.Equal(2, _daemon.Run("--config", _daemon.PathOf("none")).Code);
        Assert.Equal(2, _daemon.Run("--check").Code);
    }

    [Fact]
    public void A_configuration_is_checked_and_its_wires_are_listed_without_touching_anything()
    {
        string file = Configuration("{nic: eth9, mode: wire, peer: eth10}, {nic: eth11}");

        Assert.Equal((0, "", ""), _daemon.Run("--config", file, "--check"));
        Assert.Equal((0, "eth9 eth10\n", ""), _daemon.Run("--config", file, "--wires"));
        Assert.False(Directory.Exists(_daemon.Pins));
    }

    private static async Task<ulong> CountedAsync(GatewayClient client) =>
        (await client.Telemetry.CountersAsync()).Ports.First(p => p is { Nic: "near", Hook: "ingress" }).Packets;

    private void Rename(string from, string to)
    {
        Command.Run("ip", "-n", _daemon.Namespace, "link", "set", from, "down");
        Command.Run("ip", "-n", _daemon.Namespace, "link", "set", from, "name", to);
        Command.Run("ip", "-n", _daemon.Namespace, "link", "set", to, "up");
    }

    private string Configuration(string ports)
    {
        File.WriteAllText(_daemon.PathOf("gatewayd.yaml"), $"version: 1\nports: [{ports}]\n");
        return _daemon.PathOf("gatewayd.yaml");
    }
}
