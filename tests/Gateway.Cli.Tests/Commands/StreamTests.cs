using Gateway.Rpc;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Cli.Tests;

public sealed class StreamTests
{
    private const string Present =
        "2023-11-14T22:13:20.123Z present 0a0b0c0d:01020304 established; 1 10.0.1.1:40000 -> 10.0.2.1:443 established; "
        + "2 [2001:db8::1]:50000 -> [2001:db8::2]:443 handshake backup=server";

    [Fact]
    public async Task Ctrl_C_ends_a_watch_with_0_and_the_daemon_sees_it_cancelled()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        using Gatewayctl watch = gateway.Start("connection", "watch");
        Assert.Equal(Present, await watch.ReadLineAsync());
        Assert.Equal("- closed  aaaaaaaa:bbbbbbbb closed", await watch.ReadLineAsync());

        watch.PressControlC();

        Assert.Equal(new Finished(0, "", ""), await watch.FinishAsync());
        await gateway.Connections.WatchCancelled.Task.WaitAsync(Gatewayctl.Patience);
    }

    [Fact]
    public async Task A_stream_as_JSON_is_one_object_a_line()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Connections.AfterUpdates = () => Task.CompletedTask;

        Finished watch = await gateway.RunAsync("connection", "watch", "-o", "json");

        ConnectionUpdate[] updates = [.. watch.Output.TrimEnd('\n').Split('\n').Select(JsonParser.Default.Parse<ConnectionUpdate>)];
        Assert.Equal(
            [
                new ConnectionUpdate { Kind = ConnectionUpdate.Types.Kind.Present, Connection = CannedConnections.Established },
                new ConnectionUpdate { Kind = ConnectionUpdate.Types.Kind.Closed, Connection = CannedConnections.Closed },
            ],
            updates);
        Assert.Equal(0, watch.ExitCode);
    }

    [Theory]
    [InlineData(StatusCode.Unavailable, 4)]
    [InlineData(StatusCode.Internal, 1)]
    public async Task A_stream_that_breaks_keeps_what_came_and_fails(StatusCode code, int exitCode)
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Connections.AfterUpdates = () => throw new RpcException(new Status(code, "the daemon stops"));

        Finished watch = await gateway.RunAsync("connection", "watch");

        Assert.StartsWith(Present + "\n", watch.Output, StringComparison.Ordinal);
        Assert.Contains("the daemon stops", watch.Errors, StringComparison.Ordinal);
        Assert.Equal(exitCode, watch.ExitCode);
    }

    [Fact]
    public async Task Events_are_lines_with_time_place_packet_and_cause()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished events = await gateway.RunAsync("events");

        Assert.Equal(
            """
            2023-11-14T22:13:20.123Z mp_join wan0/ingress [2001:db8::1]:50000 -> [2001:db8::2]:443 connection=0a0b0c0d:01020304 demote/get_subflow reason=done: second subflow joins
            2023-11-14T22:13:20.123Z trace wan0/egress 10.0.1.1:40000 -> 10.0.2.1:443 look/trace reason=done seq=4000000000 flags=PSH,ACK options=timestamps,dss results=set_backup:no_room,trace:done: a packet of chain look
            - lost lost=42

            """,
            events.Output);
        Assert.Equal(0, events.ExitCode);
    }

    [Fact]
    public async Task A_stream_ends_when_nobody_reads_it_any_more()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        gateway.Telemetry.Endless = true;
        using Gatewayctl events = gateway.Start("events", "-o", "json");
        Assert.Equal(Event.Types.Kind.MpJoin, JsonParser.Default.Parse<Event>(await events.ReadLineAsync()).Kind);

        events.StopReading();

        Assert.Equal(new Finished(0, "", ""), await events.FinishAsync(read: false));
        await gateway.Telemetry.EventsEnded.Task.WaitAsync(Gatewayctl.Patience);
    }
}
