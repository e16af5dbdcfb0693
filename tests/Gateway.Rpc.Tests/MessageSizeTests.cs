using Google.Protobuf;

namespace Gateway.Rpc.Tests;

public sealed class MessageSizeTests : IAsyncLifetime
{
    private const int MiB = 1024 * 1024;

    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_message_of_12_MiB_passes_both_ways(bool gzip)
    {
        byte[] payload = new byte[12 * MiB];
        new Random(1).NextBytes(payload.AsSpan(0, payload.Length / 2));
        EchoReply reply = await _server.Channel.UnaryAsync(
            EchoMethods.Say, new EchoRequest { Payload = ByteString.CopyFrom(payload) }, new CallOptions { Gzip = gzip });
        Assert.Equal(payload, reply.Payload.ToByteArray());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_request_of_17_MiB_is_refused_and_the_connection_lives_on(bool gzip)
    {
        EchoRequest request = new() { Payload = ByteString.CopyFrom(new byte[17 * MiB]) };
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => _server.Channel.UnaryAsync(EchoMethods.Say, request, new CallOptions { Gzip = gzip }));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
        Assert.Contains("16777216", error.Status.Detail, StringComparison.Ordinal);

        Assert.Equal("after", (await _server.Channel.UnaryAsync(EchoMethods.Say, new EchoRequest { Text = "after" })).Text);
    }

    [Fact]
    public async Task A_response_over_the_clients_limit_is_refused()
    {
        using RpcChannel channel = RpcChannel.ForAddress(_server.Address, new RpcChannelOptions { MaxReceiveMessageSize = 1000 });
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(
            EchoMethods.Say, new EchoRequest { Payload = ByteString.CopyFrom(new byte[1000]) }));
        Assert.Equal(StatusCode.ResourceExhausted, error.StatusCode);
    }
}
