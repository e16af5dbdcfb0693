namespace Gateway.Rpc.Tests;

public sealed class EndingTests : IAsyncLifetime
{
    private static readonly CallOptions Soon = new() { Timeout = TimeSpan.FromMilliseconds(200) };

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_call_past_its_deadline_ends_and_its_handler_is_cancelled()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => _server.Channel.UnaryAsync(EchoMethods.Wait, new WaitRequest { Name = "deadline" }, Soon));
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        await Eventually.HoldsAsync(() => _server.Echo.CancelledCalls("deadline") == 1, "the handler is cancelled");
    }

    [Fact]
    public async Task A_stream_past_its_deadline_ends_after_the_messages_it_has()
    {
        List<EchoReply> replies = [];
        RpcException error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            await foreach (EchoReply reply in _server.Channel.ServerStreaming(
                EchoMethods.WaitStream, new WaitRequest { Name = "stream" }, new CallOptions { Timeout = TimeSpan.FromSeconds(2) }))
            {
                replies.Add(reply);
            }
        });
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
        Assert.Single(replies);
    }

    [Fact]
    public async Task The_server_answers_at_the_deadline_and_keeps_the_stream_until_the_handler_ends()
    {
        TaskCompletionSource hold = new(TaskCreationOptions.RunContinuationsAsynchronously);
        _server.Echo.HoldCancelled = hold.Task;
        using RawCall raw = new(_server.Address);
        using HttpResponseMessage response = await raw.SendAsync(
            EchoMethods.Wait.FullName, RawCall.Frame(new WaitRequest { Name = "held" }), ("grpc-timeout", "50m"));
        Assert.Equal("4", await RawCall.StatusAsync(response));
        await Eventually.HoldsAsync(() => _server.Echo.CancelledCalls("held") == 1, "the handler is cancelled");

        for (int i = 0; i < 50; i++)
        {
            Assert.Equal($"{i}", (await _server.Channel.UnaryAsync(EchoMethods.Say, new EchoRequest { Text = $"{i}" })).Text);
        }

        hold.SetResult();
        for (int i = 0; i < 50; i++)
        {
            using HttpResponseMessage next = await raw.SendAsync(EchoMethods.Say.FullName, RawCall.Frame(new EchoRequest { Text = "next" }));
            Assert.Equal("0", await RawCall.StatusAsync(next));
        }
    }

    [Fact]
    public async Task A_deadline_in_the_middle_of_a_stream_nobody_reads_ends_the_call()
    {
        using RpcCall<RepeatRequest, EchoReply> call = _server.Channel.Start(
            EchoMethods.Repeat,
            new RepeatRequest { Message = new EchoRequest { Payload = Google.Protobuf.ByteString.CopyFrom(new byte[100_000]) }, Times = 1_000_000 },
            new CallOptions { Timeout = TimeSpan.FromMilliseconds(500) });
        await call.ResponseHeadersAsync;
        await Eventually.HoldsAsync(() => _server.Log.Any(line => line.Contains(" 602 ", StringComparison.Ordinal)), "the server ends the call");
        RpcException error = await Assert.ThrowsAsync<RpcException>(async () =>
        {
            while (await call.ResponseStream.MoveNext())
            {
            }
        });
        Assert.Equal(StatusCode.DeadlineExceeded, error.StatusCode);
    }

    [Fact]
    public async Task A_cancelled_call_throws_OperationCanceled_and_cancels_the_handler()
    {
        using CancellationTokenSource source = new();
        Task<EchoReply> call = _server.Channel.UnaryAsync(EchoMethods.Wait, new WaitRequest { Name = "cancel" }, null, source.Token);
        await Eventually.HoldsAsync(() => _server.Echo.Waiting == 1, "the handler runs");
        await source.CancelAsync();
        OperationCanceledException error = await Assert.ThrowsAnyAsync<OperationCanceledException>(() => call);
        Assert.Equal(source.Token, error.CancellationToken);
        await Eventually.HoldsAsync(() => _server.Echo.CancelledCalls("cancel") == 1, "the handler is cancelled");
    }

    [Fact]
    public async Task Leaving_a_stream_early_cancels_the_handler()
    {
        await foreach (EchoReply reply in _server.Channel.ServerStreaming(EchoMethods.WaitStream, new WaitRequest { Name = "left" }))
        {
            Assert.Equal("waiting", reply.Text);
            break;
        }

        await Eventually.HoldsAsync(() => _server.Echo.CancelledCalls("left") == 1, "the handler is cancelled");
        await Eventually.HoldsAsync(
            () => _server.Log.Any(line => line.Contains("ended early: Cancelled", StringComparison.Ordinal)), "the server sees a cancelled call");
        Assert.DoesNotContain(_server.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Disposing_a_channel_cancels_its_calls()
    {
        RpcChannel channel = RpcChannel.ForAddress(_server.Address);
        RpcCall<WaitRequest, EchoReply> call = channel.Start(EchoMethods.WaitStream, new WaitRequest { Name = "closed" });
        Assert.True(await call.ResponseStream.MoveNext());
        channel.Dispose();
        Assert.Equal(StatusCode.Cancelled, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode);
        await Eventually.HoldsAsync(() => _server.Echo.CancelledCalls("closed") == 1, "the handler is cancelled");
    }

    [Fact]
    public async Task A_lost_connection_cancels_the_handler_and_is_no_error_of_the_server()
    {
        using RawCall raw = new(_server.Address);
        Task<HttpResponseMessage> call = raw.SendAsync(EchoMethods.Wait.FullName, RawCall.Frame(new WaitRequest { Name = "lost" }));
        await Eventually.HoldsAsync(() => _server.Echo.Waiting == 1, "the handler runs");
        raw.Cut();
        await Assert.ThrowsAsync<HttpRequestException>(() => call);
        await Eventually.HoldsAsync(() => _server.Echo.CancelledCalls("lost") == 1, "the handler is cancelled");
        Assert.DoesNotContain(_server.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_stops_ends_its_streams_with_Unavailable()
    {
        await using TestServer server = await TestServer.StartAsync();
        using RpcCall<WaitRequest, EchoReply> call = server.Channel.Start(EchoMethods.WaitStream, new WaitRequest { Name = "stop" });
        Assert.True(await call.ResponseStream.MoveNext());
        await server.StopAsync();
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext());
        Assert.Equal(new Status(StatusCode.Unavailable, "the server is stopping"), error.Status);
    }

    [Fact]
    public async Task A_call_knows_how_much_time_it_has()
    {
        InspectReply reply = await _server.Channel.UnaryAsync(
            EchoMethods.Inspect, new EchoRequest(), new CallOptions { Timeout = TimeSpan.FromHours(1) });
        Assert.InRange(reply.TimeLeft.ToTimeSpan(), TimeSpan.FromMinutes(1), TimeSpan.FromHours(1));
        Assert.Null((await _server.Channel.UnaryAsync(EchoMethods.Inspect, new EchoRequest())).TimeLeft);
    }
}
