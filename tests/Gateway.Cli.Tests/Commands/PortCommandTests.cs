using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Cli.Tests;

public sealed class PortCommandTests
{
    [Fact]
    public async Task Ports_are_a_table_with_numbers_to_the_right()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished list = await gateway.RunAsync("port", "list");

        Assert.Equal(
            """
            PORT  NIC   LINK  MODE  PEER  XDP      CHECKSUM  DRIVER   MTU  EGRESS BY  IN PACKETS   IN BYTES  OUT PACKETS  OUT BYTES
               0  wan0  up    wire  lan0  native   complete  ixgbe   1500  devmap        1234567  987654321            5        300
               1  lan0  gone  wire  wan0  generic  probe     veth    9000  devmap              0          0            0          0

            """,
            list.Output);
        Assert.Equal((0, ""), (list.ExitCode, list.Errors));
    }

    [Fact]
    public async Task Without_ports_the_list_says_how_to_attach_one()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Ports.Ports.Clear();

        Finished list = await gateway.RunAsync("port", "list");

        Assert.Equal("No ports are attached: attach one with `gatewayctl port attach NIC`.\n", list.Output);
        Assert.Equal(0, list.ExitCode);
    }

    [Fact]
    public async Task Ports_as_JSON_are_the_answer_itself_on_one_line()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished list = await gateway.RunAsync("port", "list", "-o", "json");

        Assert.Single(list.Output.TrimEnd('\n').Split('\n'));
        Assert.Equal(gateway.Ports.Ports, JsonParser.Default.Parse<ListPortsResponse>(list.Output).Ports);
        Assert.Contains("\"egressAttachment\": \"devmap\"", list.Output, StringComparison.Ordinal);
        Assert.Contains("\"index\": 0", list.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_port_is_attached_as_host_natively_unless_told_otherwise()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished attach = await gateway.RunAsync("port", "attach", "eth0");

        Assert.Equal(0, attach.ExitCode);
        Assert.Equal(new AttachPortRequest { Nic = "eth0", Mode = PortMode.Host, Xdp = XdpMode.Native }, gateway.Ports.LastAttach);
    }

    [Theory]
    [InlineData("auto", ChecksumMode.Unspecified)]
    [InlineData("complete", ChecksumMode.Complete)]
    [InlineData("partial", ChecksumMode.Partial)]
    [InlineData("probe", ChecksumMode.Probe)]
    public async Task A_pair_is_attached_as_asked(string checksum, ChecksumMode expected)
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished attach = await gateway.RunAsync(
            "port", "attach", "wan0", "--mode", "wire", "--peer", "lan0", "--xdp", "generic", "--checksum", checksum);

        Assert.Equal(0, attach.ExitCode);
        Assert.Contains("\n   0  wan0  up    wire  lan0", attach.Output, StringComparison.Ordinal);
        Assert.Equal(
            new AttachPortRequest { Nic = "wan0", Mode = PortMode.Wire, Peer = "lan0", Xdp = XdpMode.Generic, Checksum = expected },
            gateway.Ports.LastAttach);
    }

    [Fact]
    public async Task A_refused_NIC_is_told_with_the_words_of_the_daemon()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished attach = await gateway.RunAsync("port", "attach", "nosuch");

        Assert.Equal(new Finished(1, "", "gatewayctl: there is no NIC nosuch: see ip link\n"), attach);
    }

    [Fact]
    public async Task Detaching_names_all_NICs_that_were_detached()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Assert.Equal(new Finished(0, "detached wan0, lan0\n", ""), await gateway.RunAsync("port", "detach", "wan0"));
        Assert.Equal(new Finished(0, "{ \"nics\": [ \"wan0\", \"lan0\" ] }\n", ""), await gateway.RunAsync("port", "detach", "wan0", "-o", "json"));
    }

    [Fact]
    public async Task What_the_role_does_not_permit_is_exit_code_5()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished detach = await gateway.RunAsync("port", "detach", "locked");

        Assert.Equal(new Finished(5, "", "gatewayctl: permission denied: detaching ports takes the role operator\n"), detach);
    }
}
