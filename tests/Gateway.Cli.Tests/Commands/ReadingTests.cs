using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Cli.Tests;

public sealed class ReadingTests
{
    [Fact]
    public async Task Connections_have_a_line_for_each_subflow()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished list = await gateway.RunAsync("connection", "list");

        Assert.Equal(
            """
            CONNECTION         STATE        SUBFLOW  STATE        CLIENT               SERVER             BACKUP  RTT MS  NIC   SENT BYTES  REPLY BYTES  RETRANS
            0a0b0c0d:01020304  established        1  established  10.0.1.1:40000       10.0.2.1:443       -       12.346  wan0        1000      3000000        3
                                                  2  handshake    [2001:db8::1]:50000  [2001:db8::2]:443  server       -  -              0            0        0

            """,
            list.Output);
        Assert.Equal((0, ""), (list.ExitCode, list.Errors));
    }

    [Fact]
    public async Task Closed_connections_are_listed_when_asked_for()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished all = await gateway.RunAsync("connection", "list", "--all");
        Finished json = await gateway.RunAsync("connection", "list", "--all", "-o", "json");

        Assert.Matches(@"\naaaaaaaa:bbbbbbbb +closed +- ", all.Output);
        Assert.Equal(
            [CannedConnections.Established, CannedConnections.Closed], JsonParser.Default.Parse<ListConnectionsResponse>(json.Output).Connections);
    }

    [Fact]
    public async Task Counters_are_told_by_chain_port_and_reason()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished counters = await gateway.RunAsync("counters");

        Assert.Equal(
            """
            CHAIN   STEP  ACTOR       REASON   PACKETS  BYTES
            demote                                1200  90000
            demote     0  set_backup  done           1
            demote     0  set_backup  no_room     1199

            NIC   HOOK     REASON   PACKETS   BYTES
            wan0  ingress              5000  700000
            wan0  ingress  not_tcp       17

            Events lost: 3

            """,
            counters.Output);
        Assert.Equal(0, counters.ExitCode);
    }

    [Fact]
    public async Task Counters_as_JSON_keep_the_names_of_the_proto_files()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished counters = await gateway.RunAsync("-o", "json", "counters");

        Assert.Equal(1199ul, JsonParser.Default.Parse<CountersResponse>(counters.Output).Chains[0].Actors[0].Reasons[1].Packets);
        Assert.Contains("\"reason\": \"REASON_NO_ROOM\", \"packets\": \"1199\"", counters.Output, StringComparison.Ordinal);
        Assert.Contains("\"eventsLost\": \"3\"", counters.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_status_shows_the_daemon_the_kernel_and_the_programs()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished status = await gateway.RunAsync("status");

        Assert.Equal(
            """
            Version      0.1.0 (ABI 4)
            Process      321
            Started      2023-11-14T22:13:20.123Z
            Re-adopted   yes
            Policy       edge revision 7 (generation 12)
            Ports        2
            Connections  1
            Pins         /sys/fs/bpf/gateway
            Kernel       6.18.0
            You          alice (uid 1000), operator

            FEATURE  AVAILABLE  EFFECT
            tcx      yes        egress by TCX links
            frags    no         MTU at most 3498

            PROGRAM     ID  TAG               VERIFIED INSNS  JITED BYTES
            gw_ingress  77  00112233aabbccdd          123456         8192

            REFUSED       COUNT
            ROLE_TOO_LOW      3

            """,
            status.Output);
        Assert.Equal(0, status.ExitCode);
    }

    [Fact]
    public async Task Cleaning_up_tells_what_was_removed()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Assert.Equal(
            new Finished(0, "removed link wan0 ingress\nremoved map gw_flows\nnothing of the gateway is left in the kernel; the daemon ends\n", ""),
            await gateway.RunAsync("cleanup"));
        Assert.Equal(
            new Finished(0, "{ \"removed\": [ \"link wan0 ingress\", \"map gw_flows\" ] }\n", ""), await gateway.RunAsync("cleanup", "-o", "json"));
    }

    [Fact]
    public async Task The_ledger_says_where_mptcp_gets_lost()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Assert.Equal(
            """
            CLIENTS      BY    SERVERS       BY    OFFERED  ACCEPTED  WITHOUT  FELL BACK  JOINS  JOINED  REFUSED  VERDICT
            10.0.1.0/24  lan0  192.0.2.0/24  wan0        9         9        0          0      5       4        1  works
            10.0.1.0/24  lan0  192.0.9.1/32  wan1        3         0        3          0      0       0        0  no MPTCP beyond wan1

            Not counted: 7 older entries removed, 0 flows forgotten, 1 event lost.

            """,
            (await gateway.RunAsync("ledger", "192.0.9.1")).Output);
    }

    [Fact]
    public async Task The_doctor_tells_what_to_do_and_its_exit_code_whether_errors_are_left()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Assert.Equal(
            new Finished(
                1,
                """
                ERROR    port wan0 [xdp-detached]: The XDP program was detached.
                         gatewayctl doctor --repair attaches it again.
                WARNING  port lan0 [xdp-generic]: XDP runs in the stack.
                         Use another NIC.
                1 error, 1 warning, 1 as they should be

                """,
                ""),
            await gateway.RunAsync("doctor"));
        Assert.Equal(
            new Finished(
                0,
                """
                REPAIRED port wan0 [xdp-detached]: The XDP program was detached.
                OK       port wan0 [nic]: Driver virtio_net.
                WARNING  port lan0 [xdp-generic]: XDP runs in the stack.
                         Use another NIC.
                0 errors, 1 warning, 1 as they should be, 1 repaired

                """,
                ""),
            await gateway.RunAsync("doctor", "--repair", "--all"));
        Assert.Contains("\"xdp-detached\"", (await gateway.RunAsync("doctor", "-o", "json")).Output, StringComparison.Ordinal);
    }

    [Fact]
    [System.Runtime.Versioning.SupportedOSPlatform("linux")]
    public async Task A_support_bundle_is_written_for_its_owner_alone_and_over_nothing()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = Path.Combine(Path.GetDirectoryName(gateway.Socket)!, "bundle.tar.gz");

        Finished written = await gateway.RunAsync("support-bundle", file);

        Assert.Equal((0, "", "bundle"), (written.ExitCode, written.Errors, File.ReadAllText(file)));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(file));
        Assert.Equal(1, (await gateway.RunAsync("support-bundle", file)).ExitCode);
        Assert.Equal("bundle", File.ReadAllText(file));
    }
}
