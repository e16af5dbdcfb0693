using Google.Protobuf;

namespace Gateway.Rpc.Tests;

public sealed class CallTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_unary_call_returns_its_reply()
    {
        EchoReply reply = await _server.Channel.UnaryAsync(EchoMethods.Say, new EchoRequest { Text = "hällo" });
        Assert.Equal("hällo", reply.Text);
    }

    [Fact]
    public async Task Many_unary_calls_run_at_the_same_time()
    {
        EchoReply[] replies = await Task.WhenAll(Enumerable.Range(0, 500).Select(
            i => _server.Channel.UnaryAsync(EchoMethods.Say, new EchoRequest { Text = $"{i}" })));
        Assert.Equal(Enumerable.Range(0, 500).Select(i => $"{i}"), replies.Select(reply => reply.Text));
    }

    [Fact]
    public async Task A_server_stream_delivers_every_message_in_order_of_writing()
    {
        RepeatRequest request = new() { Message = new EchoRequest { Text = "x", Payload = ByteString.CopyFrom(new byte[100]) }, Times = 20_000 };
        int count = 0;
        await foreach (EchoReply reply in _server.Channel.ServerStreaming(EchoMethods.Repeat, request))
        {
            Assert.Equal(100, reply.Payload.Length);
            count++;
        }

        Assert.Equal(20_000, count);
    }

    [Fact]
    public async Task A_client_stream_is_read_to_its_end()
    {
        EchoReply reply = await _server.Channel.ClientStreamingAsync(EchoMethods.Join, Requests(1000));
        Assert.Equal(string.Join(',', Enumerable.Range(0, 1000)), reply.Text);
    }

    [Fact]
    public async Task A_duplex_call_echoes_a_whole_sequence()
    {
        List<string> texts = [];
        await foreach (EchoReply reply in _server.Channel.DuplexStreaming(EchoMethods.Chat, Requests(5000)))
        {
            texts.Add(reply.Text);
        }

        Assert.Equal(Enumerable.Range(0, 5000).Select(i => $"{i}"), texts);
    }

    [Fact]
    public async Task A_single_message_of_a_duplex_call_arrives_without_waiting_for_more()
    {
        using RpcCall<EchoRequest, EchoReply> call = _server.Channel.Start(EchoMethods.Chat);
        for (int i = 0; i < 10; i++)
        {
            await call.RequestStream.WriteAsync(new EchoRequest { Text = $"{i}" });
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal($"{i}", call.ResponseStream.Current.Text);
        }

        await call.RequestStream.CompleteAsync();
        Assert.False(await call.ResponseStream.MoveNext());
        Assert.Equal(Status.DefaultSuccess, call.GetStatus());
    }

    [Fact]
    public async Task The_server_may_answer_a_client_stream_before_its_end()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => _server.Channel.ClientStreamingAsync(EchoMethods.Join, Endless()));
        Assert.Equal(new Status(StatusCode.Aborted, "stopped"), error.Status);

        static async IAsyncEnumerable<EchoRequest> Endless()
        {
            yield return new EchoRequest { Text = "stop" };
            while (true)
            {
                await Task.Yield();
                yield return new EchoRequest { Text = "more" };
            }
        }
    }

    [Fact]
    public async Task A_sequence_of_requests_that_fails_cancels_the_call_and_names_the_cause()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => _server.Channel.ClientStreamingAsync(EchoMethods.Join, Failing()));
        Assert.Equal(StatusCode.Cancelled, error.StatusCode);
        Assert.IsType<FormatException>(error.InnerException);

        static async IAsyncEnumerable<EchoRequest> Failing()
        {
            yield return new EchoRequest { Text = "one" };
            await Task.Yield();
            throw new FormatException("the input is bad");
        }
    }

    [Fact]
    public async Task Compressed_messages_are_read_and_answered_compressed()
    {
        ByteString payload = ByteString.CopyFrom(new byte[1_000_000]);
        using RpcCall<EchoRequest, EchoReply> call = _server.Channel.Start(
            EchoMethods.Say, new EchoRequest { Payload = payload }, new CallOptions { Gzip = true });
        EchoReply reply = await call.ReadSingleAsync();
        Assert.Equal(payload, reply.Payload);

        List<EchoReply> replies = [];
        RepeatRequest request = new() { Message = new EchoRequest { Payload = payload }, Times = 5 };
        await foreach (EchoReply message in _server.Channel.ServerStreaming(EchoMethods.Repeat, request, new CallOptions { Gzip = true }))
        {
            replies.Add(message);
        }

        Assert.Equal(5, replies.Count);
        Assert.All(replies, message => Assert.Equal(payload, message.Payload));
    }

    [Fact]
    public void A_method_is_called_in_the_way_the_proto_file_declares_it()
    {
        Assert.Throws<ArgumentException>(() => _server.Channel.Start(EchoMethods.Chat, new EchoRequest()));
        Assert.Throws<ArgumentException>(() => _server.Channel.Start(EchoMethods.Say));
    }

    private static async IAsyncEnumerable<EchoRequest> Requests(int count)
    {
        for (int i = 0; i < count; i++)
        {
            await Task.CompletedTask;
            yield return new EchoRequest { Text = $"{i}" };
        }
    }
}
