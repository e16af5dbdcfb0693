using System.Globalization;
using System.Text.Json;
using Gateway.Lab;

namespace Gateway.Appliance.Tests;

/// <summary>The package on a clean Debian between real MPTCP hosts.</summary>
[Collection(OnePackage.Name)]
public sealed class MachineTests(BuiltPackage package) : IAsyncLifetime
{
    private const string Install = "dpkg --install /packages/emptcp-gateway_*.deb";

    private const string Policy = """
        version: 1
        name: watch
        chains:
          - name: watch
            priority: 1
            actors: [count]
        """;

    private MptcpLab _lab = null!;
    private Machine _machine = null!;

    /// <summary>Mode of the lab; wires need hosts whose checksums are whole.</summary>
    private static LabOptions Options(LabMode mode) => new()
    {
        Mode = mode,
        Path1 = new LinkOptions(40),
        Path2 = new LinkOptions(40),
        RealChecksums = mode == LabMode.Wire ? RealChecksums.Everywhere : RealChecksums.Gateway,
    };

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        if (_machine is not null)
        {
            await _machine.DisposeAsync();
        }

        if (_lab is not null)
        {
            await _lab.DisposeAsync();
        }
    }

    [Fact]
    public async Task It_serves_with_four_capabilities_is_upgraded_under_traffic_and_leaves_nothing()
    {
        await BootAsync(LabMode.Routed);
        string before = await FilesAsync();
        await _machine.RunAsync(Install);
        await _machine.RunAsync("systemd-analyze verify --man=no gatewayd.service gatewayd-bypass.service");
        Assert.Equal("active\n", await _machine.RunAsync("systemctl is-active gatewayd"));
        Assert.Equal("enabled\n", await _machine.RunAsync("systemctl is-enabled gatewayd"));
        await ConfigureAsync("{nic: gc1}", "{nic: gc2}", "{nic: gs1}", "{nic: gs2}");
        // CAP_NET_ADMIN 12, CAP_NET_RAW 13, CAP_PERFMON 38, CAP_BPF 39.
        string status = await _machine.RunAsync("cat /proc/$(systemctl show --value -p MainPID gatewayd)/status");
        Assert.Contains("CapEff:\t000000c000003000", status, StringComparison.Ordinal);
        Assert.Contains("NoNewPrivs:\t1", status, StringComparison.Ordinal);
        Assert.Contains("Seccomp:\t2", status, StringComparison.Ordinal);
        await _machine.RunAsync($"cat >/tmp/policy.yaml <<'END'\n{Policy}\nEND\ngatewayctl policy apply /tmp/policy.yaml");

        await using Transfer transfer = await _lab.StartTransferAsync(new TransferSpec());
        await Wait.UntilAsync(async () => (await _lab.Client.ReadSubflowsAsync()).Any(s => s.Joined), "the client has a joined subflow");
        await transfer.WaitForBytesAsync(transfer.Bytes + 500_000);
        string links = await LinksAsync();
        ulong counted = await CountAsync();
        string daemon = await _machine.RunAsync("systemctl show --value -p MainPID gatewayd");

        // While no daemon runs, packets are counted all the same: that is the data path of before.
        await _machine.RunAsync("systemctl stop gatewayd");
        await transfer.WaitForBytesAsync(transfer.Bytes + 500_000);
        Assert.Equal(links, await LinksAsync());
        await _machine.RunAsync("systemctl start gatewayd");
        ulong meanwhile = await CountAsync();
        Assert.True(meanwhile > counted, $"{meanwhile} packets counted after the stop, {counted} before");

        await _machine.RunAsync("echo '# the operator wrote this' >>/etc/gatewayd/gatewayd.yaml");
        await _machine.RunAsync("dpkg --install /packages/newer/*.deb");
        Assert.EndsWith("+newer", await _machine.RunAsync("dpkg-query -W -f '${Version}' emptcp-gateway"), StringComparison.Ordinal);
        Assert.Contains("the operator wrote this", await _machine.RunAsync("cat /etc/gatewayd/gatewayd.yaml"), StringComparison.Ordinal);
        Assert.Equal("active\n", await _machine.RunAsync("systemctl is-active gatewayd"));
        Assert.NotEqual(daemon, await _machine.RunAsync("systemctl show --value -p MainPID gatewayd"));
        Assert.Equal(links, await LinksAsync());
        await transfer.WaitForBytesAsync(transfer.Bytes + 500_000);
        Assert.True(await CountAsync() > meanwhile, "the policy does not count any more after the upgrade");

        await _machine.RunAsync("dpkg --remove emptcp-gateway");
        Assert.Empty(Directory.GetFileSystemEntries(_machine.BpfFs));
        Assert.DoesNotContain("gw_", await _lab.Gateway.RunAsync("bpftool", "net", "show"), StringComparison.Ordinal);
        Assert.DoesNotContain("xdp", await _lab.Gateway.RunAsync("ip", "link", "show"), StringComparison.Ordinal);
        await _machine.RunAsync("test -s /etc/gatewayd/gatewayd.yaml");
        await transfer.WaitForBytesAsync(transfer.Bytes + 500_000);
        TransferResult result = await transfer.StopAsync();
        Assert.True(result.ContentOk, $"{result}\n{result.Errors}");
        Assert.Equal((2, false), (result.Subflows, result.PlainTcp));
        Assert.Equal(0, (await _lab.Client.ReadNstatAsync())["TcpInCsumErrors"]);

        await _machine.RunAsync("dpkg --purge emptcp-gateway");
        Assert.Equal(before, await FilesAsync());
    }

    [Fact]
    public async Task When_the_daemon_never_starts_its_wires_are_bridged_until_it_does()
    {
        await BootAsync(LabMode.Wire);
        await _machine.RunAsync(Install);
        await _machine.RunAsync("systemctl stop gatewayd");
        await _machine.RunAsync($"""
            cat >/etc/gatewayd/gatewayd.yaml <<'END'
            {Configuration("{nic: gc1, mode: wire, peer: gs1}", "{nic: gc2, mode: wire, peer: gs2}")}
            END
            mkdir -p /run/systemd/system/gatewayd.service.d
            printf '[Service]\nExecStartPre=/bin/false\n' >/run/systemd/system/gatewayd.service.d/broken.conf
            systemctl daemon-reload
            """);

        (int exit, _, _) = await _machine.TryAsync("systemctl start gatewayd");
        Assert.NotEqual(0, exit);
        await Wait.UntilAsync(
            async () => (await _lab.Gateway.RunAsync("ip", "-o", "link", "show", "type", "bridge")).Contains("gwbypass2", StringComparison.Ordinal),
            "the wires are bridged",
            TimeSpan.FromSeconds(60));
        await AssertDeliveredAsync();

        await _machine.RunAsync("rm /run/systemd/system/gatewayd.service.d/broken.conf && systemctl daemon-reload && systemctl reset-failed gatewayd && systemctl start gatewayd");
        await Wait.UntilAsync(
            async () => !(await _lab.Gateway.RunAsync("ip", "-o", "link", "show")).Contains("gwbypass", StringComparison.Ordinal),
            "the bridges are gone");
        Assert.Contains("xdp", await _lab.Gateway.RunAsync("ip", "link", "show", "gc1"), StringComparison.Ordinal);
        await AssertDeliveredAsync();
        await _machine.RunAsync("dpkg --purge emptcp-gateway");
        Assert.Empty(Directory.GetFileSystemEntries(_machine.BpfFs));
    }

    private async Task BootAsync(LabMode mode)
    {
        await PackNewerAsync();
        _lab = await MptcpLab.RaiseAsync(Options(mode));
        _machine = await Machine.BootAsync(_lab, await package.CleanRoot, package.Directory);
    }

    /// <summary>The same package under a higher version, in newer/ beside it.</summary>
    private async Task PackNewerAsync()
    {
        string newer = Path.Combine(package.Directory, "newer");
        if (!Directory.Exists(newer))
        {
            string copy = $"{package.Tree}-newer";
            await Command.RunAsync("rm", "-rf", copy);
            await Command.RunAsync("cp", "-a", package.Tree, copy);
            await Command.RunAsync("sed", "-i", "s/^Version: .*/&+newer/", Path.Combine(copy, "DEBIAN", "control"));
            Directory.CreateDirectory(newer);
            await Command.RunAsync("dpkg-deb", "--root-owner-group", "-Zgzip", "-z1", "--build", copy, newer);
            await Command.RunAsync("rm", "-rf", copy);
        }
    }

    private async Task ConfigureAsync(params string[] ports)
    {
        await _machine.RunAsync($"cat >/etc/gatewayd/gatewayd.yaml <<'END'\n{Configuration(ports)}\nEND\nsystemctl restart gatewayd");
        await Wait.UntilAsync(
            async () => (await _lab.Gateway.RunAsync("ip", "-o", "link", "show")).Split("xdp").Length > ports.Length, "every port has its program");
    }

    private static string Configuration(params string[] ports) =>
        $"version: 1\nstate: /var/lib/gatewayd\nports:\n{string.Concat(ports.Select(port => $"  - {port}\n"))}";

    private async Task AssertDeliveredAsync()
    {
        TransferResult result = await _lab.TransferAsync(TransferSpec.Download(2_000_000));
        Assert.True(result.ContentOk, $"{result}\n{result.Errors}");
        Assert.False(result.PlainTcp);
    }

    /// <summary>Ids of the links that hold the programs on the NICs.</summary>
    private async Task<string> LinksAsync()
    {
        using JsonDocument shown = JsonDocument.Parse(await _lab.Gateway.RunAsync("bpftool", "-j", "-f", "link", "show"));
        string[] ids = [.. shown.RootElement.EnumerateArray()
            .Where(link => link.TryGetProperty("pinned", out JsonElement places)
                && places.EnumerateArray().Any(p => p.GetString()!.StartsWith(_machine.BpfFs, StringComparison.Ordinal)))
            .Select(link => link.GetProperty("id").GetInt32().ToString(CultureInfo.InvariantCulture)).Order()];
        Assert.Equal(8, ids.Length);
        return string.Join(' ', ids);
    }

    /// <summary>Packets that the policy's one actor counted.</summary>
    private async Task<ulong> CountAsync()
    {
        using JsonDocument counters = JsonDocument.Parse(await _machine.RunAsync("gatewayctl counters -o json"));
        return counters.RootElement.GetProperty("chains").EnumerateArray()
            .SelectMany(chain => chain.GetProperty("actors").EnumerateArray())
            .SelectMany(actor => actor.GetProperty("reasons").EnumerateArray())
            .Aggregate(0UL, (sum, reason) => sum + ulong.Parse(reason.GetProperty("packets").ToString(), CultureInfo.InvariantCulture));
    }

    /// <summary>What is on the disk, but for what dpkg and systemd themselves keep.</summary>
    private Task<string> FilesAsync() => _machine.RunAsync(
        "find /etc /usr /var /run/gateway -xdev -path /var/lib/dpkg -prune -o -path /var/log -prune -o -path /var/cache -prune " +
        "-o ! -name 'group*' ! -name 'gshadow*' ! -path '/etc/*.lock' -printf '%M %u %p\\n' 2>/dev/null | sort || true");
}
