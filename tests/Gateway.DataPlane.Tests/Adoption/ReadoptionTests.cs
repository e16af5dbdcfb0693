using System.Text;
using System.Text.Json.Nodes;
using Gateway.Bpf;
using Gateway.Lab;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Tests.Adoption;

public sealed class ReadoptionTests : IDisposable
{
    private const string Chain = "- {name: all, priority: 1, actors: [count]}\n";

    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void A_new_daemon_finds_the_same_programs_links_and_policy()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        AppliedPolicy applied = _gateway.Apply(Chain, revision: 7);
        IReadOnlyList<PortInfo> ports = _gateway.DataPlane.Ports;
        Assert.False(_gateway.DataPlane.Readopted);
        string before = Ids();

        KernelDataPlane again = _gateway.Reopen();

        Assert.True(again.Readopted);
        Assert.Equal(before, Ids());
        Assert.Equal(ports, again.Ports);
        Assert.Equal(applied.Text, again.Applied!.Text);
        Assert.Equal((applied.Generation, applied.AppliedAt, applied.Size), (again.Applied.Generation, again.Applied.AppliedAt, again.Applied.Size));
        Assert.Equal("count", Assert.Single(Assert.Single(again.Applied.Chains).Actors));
        _gateway.Network.ExchangeTcp(10_000);
        Assert.True(_gateway.Chain("all").Packets > 0);
        Assert.Equal(applied.Generation + 1, _gateway.Apply(Chain, revision: 8).Generation);
    }

    [Fact]
    public void The_text_is_also_found_where_a_daemon_of_before_put_it()
    {
        AppliedPolicy applied = _gateway.Apply(Chain, revision: 7);
        _gateway.DataPlane.Dispose();
        string pin = Assert.Single(Directory.GetFiles(Path.Combine(_gateway.Options.PinRoot, "generations")));
        JsonObject document = JsonNode.Parse(Encoding.UTF8.GetString(BlobMap.Read(pin)).Split('\n')[0])!.AsObject();
        Assert.False(document.ContainsKey("Yaml"));
        document["Yaml"] = applied.Text.ToYaml();
        BpfFs.Unpin(pin);
        BlobMap.Pin(pin, "gw_document", Encoding.UTF8.GetBytes(document.ToJsonString()));

        AppliedPolicy again = _gateway.Reopen().Applied!;

        Assert.Equal(applied.Text, again.Text);
        Assert.Equal((applied.Generation, applied.AppliedAt, applied.Size), (again.Generation, again.AppliedAt, again.Size));
    }

    [Fact]
    public void Frames_and_counters_go_on_while_no_daemon_runs()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        _gateway.Apply(Chain);
        _gateway.DataPlane.Dispose();

        _gateway.Network.ExchangeTcp(100_000);

        _gateway.Reopen();
        Assert.True(_gateway.Chain("all").Packets > 10);
        FaultTable.Withstood("no daemon runs", "policy and counters go on in the kernel");
    }

    [Fact]
    public void A_second_daemon_on_the_same_pins_is_refused_by_name()
    {
        _ = _gateway.DataPlane;

        DataPlaneException refusal = Assert.Throws<DataPlaneException>(_gateway.Open);

        Assert.Equal(DataPlaneErrorKind.AlreadyExists, refusal.Kind);
        Assert.StartsWith($"Another gatewayd (pid {System.Environment.ProcessId}) manages {_gateway.Options.PinRoot}", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<DataPlaneException>(() => KernelDataPlane.CleanUp(_gateway.Options, NullLogger.Instance));
        FaultTable.Withstood("two daemons on the same pins", "the second ends and says who holds them");
    }

    [Fact]
    public void Pins_of_another_ABI_version_are_refused_when_that_is_asked_for_and_can_be_cleaned_up()
    {
        _gateway.Attach("a");
        _gateway.DataPlane.Dispose();
        WriteVersion(99);

        DataPlaneException refusal = Assert.Throws<DataPlaneException>(
            () => KernelDataPlane.Open(_gateway.Options with { ReplaceOtherAbi = false }, NullLogger.Instance, TimeProvider.System));

        Assert.Equal(DataPlaneErrorKind.FailedPrecondition, refusal.Kind);
        Assert.Contains("ABI version 99", refusal.Message, StringComparison.Ordinal);
        Assert.NotEmpty(KernelDataPlane.CleanUp(_gateway.Options, NullLogger.Instance));
        Assert.False(_gateway.Reopen().Readopted);
        FaultTable.Withstood("pins of another ABI version, gatewayd --refuse-other-abi", "gatewayd ends and says what to do; they can be cleaned up");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_replacement_that_was_cut_short_is_gone_on_with(bool halfway)
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        _gateway.Apply(Chain);
        uint[] former = [.. _gateway.DataPlane.Describe().Programs.Select(p => p.Id)];
        _gateway.DataPlane.Dispose();
        WriteVersion(99);

        // The first one ends before it has taken over a port; or nothing but half of the pins is put aside.
        if (halfway)
        {
            Directory.CreateDirectory(Path.Combine(_gateway.Options.PinRoot, "former"));
            BpfFs.Move(Path.Combine(_gateway.Options.PinRoot, "maps"), Path.Combine(_gateway.Options.PinRoot, "former", "maps"));
        }
        else
        {
            Assert.Single(_gateway.Reopen().FormerPorts);
        }

        KernelDataPlane opened = _gateway.Reopen();
        PortRequest wanted = Assert.Single(opened.FormerPorts);
        Assert.Equal(("a", PortMode.Wire, "b"), (wanted.Nic, wanted.Mode, wanted.Peer));
        _gateway.Network.ExchangeTcp(10_000);

        Assert.Equal(2, _gateway.Attach(wanted).Count);
        _gateway.Network.Run(opened.RemoveFormer);

        _gateway.Network.ExchangeTcp(10_000);
        Assert.True(_gateway.Counters("a", Abi.Hook.Ingress).Packets > 5);
        KernelObjects.ExpectGone("prog", former);
        Assert.False(Directory.Exists(Path.Combine(_gateway.Options.PinRoot, "former")));
        Assert.True(_gateway.Reopen().Readopted);
        FaultTable.Withstood("a change to another ABI version is cut short", "the former programs run on, the next start ends it");
    }

    [Fact]
    public void A_port_whose_NIC_vanished_is_removed_and_the_others_stay()
    {
        _gateway.Attach("a");
        _gateway.Attach("b");
        _gateway.DataPlane.Dispose();
        _gateway.Network.GatewayIp("link", "delete", "dev", "a");

        Assert.Equal(["b"], _gateway.Reopen().Ports.Select(p => p.Nic));
        Assert.False(Directory.Exists(Path.Combine(_gateway.Options.PinRoot, "ports", "0")));
        FaultTable.Withstood("a NIC vanished while no daemon ran", "its port is removed, the others stay");
    }

    [Fact]
    public void A_wire_that_lost_one_side_is_removed_whole()
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        _gateway.DataPlane.Dispose();
        _gateway.Network.GatewayIp("link", "delete", "dev", "a");

        Assert.Empty(_gateway.Reopen().Ports);
        Assert.Empty(_gateway.Xdp("b"));
        FaultTable.Withstood("one NIC of a wire vanished while no daemon ran", "the wire is removed whole");
    }

    [Theory]
    [InlineData("ingress_link")]
    [InlineData("egress_link")]
    [InlineData("ingress")]
    [InlineData("egress")]
    [InlineData("info")]
    public void A_port_with_a_missing_pin_is_removed(string pin)
    {
        _gateway.Attach("a");
        _gateway.DataPlane.Dispose();
        BpfFs.Unpin(Path.Combine(_gateway.Options.PinRoot, "ports", "0", pin));

        Assert.Empty(_gateway.Reopen().Ports);
        // The kernel releases a link that lost its last pin from a work queue.
        Assert.True(SpinWait.SpinUntil(() => _gateway.Xdp("a").Count == 0, TimeSpan.FromSeconds(10)));
        Assert.Single(_gateway.Attach("a"));
        FaultTable.Withstood("a pin of a port is missing", "the port is removed and reported, the others stay");
    }

    [Fact]
    public void An_opening_that_was_cut_short_is_done_again()
    {
        _gateway.DataPlane.Dispose();
        BpfFs.Unpin(Path.Combine(_gateway.Options.PinRoot, "abi"));
        BpfFs.Unpin(Path.Combine(_gateway.Options.PinRoot, "maps", "gw_flows6"));

        Assert.False(_gateway.Reopen().Readopted);
        Assert.Single(_gateway.Attach("a"));
        FaultTable.Withstood("the first start is cut short", "the next one begins anew");
    }

    [Fact]
    public void A_directory_with_other_pins_is_refused_and_left_alone()
    {
        _gateway.DataPlane.Dispose();
        string foreign = Path.Combine(_gateway.Options.PinRoot, "foreign");
        using BpfMap map = BpfMap.Create(BpfMapType.Array, "foreign", 4, 4, 1);
        map.Pin(foreign);
        try
        {
            Assert.Contains("is not the gateway's", Assert.Throws<DataPlaneException>(() => KernelDataPlane.CleanUp(_gateway.Options, NullLogger.Instance)).Message, StringComparison.Ordinal);
            Assert.True(File.Exists(foreign));
        }
        finally
        {
            BpfFs.Unpin(foreign);
        }
        FaultTable.Withstood("the pin directory holds what is not the gateway's", "it is refused and left alone");
    }

    [Fact]
    public void A_lost_map_is_said_to_be_damage()
    {
        _gateway.DataPlane.Dispose();
        BpfFs.Unpin(Path.Combine(_gateway.Options.PinRoot, "maps", "gw_tokens"));

        Assert.Contains("is damaged", Assert.Throws<DataPlaneException>(_gateway.Open).Message, StringComparison.Ordinal);
        FaultTable.Withstood("a pinned map is lost", "gatewayd ends, says so and what to do");
    }

    private void WriteVersion(uint version)
    {
        string abi = Path.Combine(_gateway.Options.PinRoot, "abi");
        BpfFs.Unpin(abi);
        using BpfMap map = BpfMap.Create(BpfMapType.Array, "gw_abi", 4, 4, 1);
        map.Update(0u, version);
        map.Pin(abi);
    }

    private string Ids()
    {
        string root = _gateway.Options.PinRoot;
        var ids = new List<string>();
        foreach (string port in (string[])["0", "1"])
        {
            string directory = Path.Combine(root, "ports", port);
            using BpfLink link = BpfLink.OpenPinned(Path.Combine(directory, "ingress_link"));
            using BpfProgram ingress = BpfProgram.OpenPinned(Path.Combine(directory, "ingress"));
            using BpfProgram devmap = BpfProgram.OpenPinned(Path.Combine(directory, "devmap"));
            ids.Add($"{link.Info.Id} {link.Info.ProgramId} {ingress.Id} {devmap.Id}");
        }

        foreach (string pin in Directory.GetFiles(Path.Combine(root, "maps")).Order(StringComparer.Ordinal))
        {
            using BpfMap map = BpfMap.OpenPinned(pin);
            ids.Add($"{map.Name} {map.Id}");
        }

        return string.Join('\n', ids);
    }
}
