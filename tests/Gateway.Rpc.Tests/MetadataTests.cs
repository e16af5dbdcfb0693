namespace Gateway.Rpc.Tests;

public sealed class MetadataTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Text_and_bytes_come_back_as_headers_and_as_trailers()
    {
        byte[] bytes = [0, 1, 254, 255];
        Metadata sent = new() { { "X-Text", "a, b=c" }, { "x-bytes-bin", bytes }, { "x-twice", "1" }, { "x-twice", "2" } };
        using RpcCall<EchoRequest, InspectReply> call = _server.Channel.Start(
            EchoMethods.Inspect, new EchoRequest(), new CallOptions { Headers = sent });
        Metadata headers = await call.ResponseHeadersAsync;
        await call.ReadSingleAsync();
        foreach (Metadata received in new[] { headers, call.GetTrailers() })
        {
            Assert.Equal("a, b=c", received.GetValue("x-text"));
            Assert.Equal(bytes, received.GetValueBytes("x-bytes-bin"));
            Assert.Equal("1,2", string.Join(',', received.GetAll("x-twice").Select(entry => entry.Value.Replace(" ", "", StringComparison.Ordinal))));
            Assert.DoesNotContain(received, entry => entry.Key.StartsWith("grpc-", StringComparison.Ordinal));
        }
    }

    [Theory]
    [InlineData("grpc-status")]
    [InlineData("content-type")]
    [InlineData("white space")]
    [InlineData("ümlaut")]
    public void Keys_that_cannot_be_sent_are_refused(string key) =>
        Assert.Throws<ArgumentException>(() => new Metadata { { key, "value" } });

    [Fact]
    public void Values_that_cannot_be_sent_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new Metadata { { "x", "line\nbreak" } });
        Assert.Throws<ArgumentException>(() => new Metadata { { "x", "ü" } });
        Assert.Throws<ArgumentException>(() => new Metadata { { "x-bin", "text" } });
        Assert.Throws<ArgumentException>(() => new Metadata { { "x", new byte[1] } });
        Assert.Throws<InvalidOperationException>(() => Metadata.Empty.Add("x", "value"));
    }

    [Fact]
    public async Task A_binary_value_that_is_not_base64_is_an_error_of_the_call()
    {
        using RawCall raw = new(_server.Address);
        using HttpResponseMessage response = await raw.SendAsync(
            EchoMethods.Inspect.FullName, RawCall.Frame(new EchoRequest()), ("x-bytes-bin", "!!"));
        Assert.Equal("13", await RawCall.StatusAsync(response));
        Assert.Contains("x-bytes-bin", response.Headers.GetValues("grpc-message").Single(), StringComparison.Ordinal);
    }
}
