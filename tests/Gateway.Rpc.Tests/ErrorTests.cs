using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Gateway.Rpc.Tests;

public sealed class ErrorTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_thrown_status_arrives_with_message_details_and_trailers()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => _server.Channel.UnaryAsync(EchoMethods.Fail, new EchoRequest()));
        Assert.Equal(new Status(StatusCode.InvalidArgument, "100 % wröng\nsecond line"), error.Status);
        Assert.Equal("test", error.Trailers.GetValue("x-cause"));
        BadRequest.Types.FieldViolation violation = Assert.Single(error.GetRpcStatus()!.GetDetail<BadRequest>()!.FieldViolations);
        Assert.Equal("is ünwanted", violation.Description);
        Assert.Null(error.GetRpcStatus()!.GetDetail<ErrorInfo>());
    }

    [Fact]
    public async Task A_crashed_handler_is_logged_and_tells_the_caller_nothing_about_the_cause()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => _server.Channel.UnaryAsync(EchoMethods.Crash, new EchoRequest()));
        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.DoesNotContain("secret", error.Status.Detail, StringComparison.Ordinal);
        string line = Assert.Single(_server.Log, line => line.Contains("a secret of the server", StringComparison.Ordinal));
        Assert.StartsWith("Error 601 /gateway.rpc.tests.Echo/Crash", line, StringComparison.Ordinal);
        string callId = error.Status.Detail.Split(' ')[^1];
        Assert.Contains(callId, line, StringComparison.Ordinal);
    }

    [Fact]
    public void Details_too_long_for_clients_are_shortened_and_say_so()
    {
        BadRequest request = new();
        for (int i = 0; i < 500; i++)
        {
            request.FieldViolations.Add(new BadRequest.Types.FieldViolation { Field = $"chains[{i}]", Description = new string('x', 40) });
        }

        Google.Rpc.Status sent = new Google.Rpc.Status { Code = 3, Message = "bad", Details = { Any.Pack(request) } }.ToRpcException().GetRpcStatus()!;
        Assert.InRange(sent.CalculateSize(), 1000, 4096);
        BadRequest received = sent.GetDetail<BadRequest>()!;
        int kept = received.FieldViolations.Count - 1;
        Assert.True(kept > 10);
        Assert.Equal($"and {500 - kept} more", received.FieldViolations[^1].Description);
    }

    [Theory]
    [InlineData("/gateway.rpc.tests.Echo/Nothing", "no method")]
    [InlineData("/gateway.rpc.tests.Nobody/Say", "no service")]
    [InlineData("/gateway.rpc.tests.echo/say", "no service")]
    public async Task An_unknown_method_is_unimplemented(string path, string detail)
    {
        using RawCall raw = new(_server.Address);
        using HttpResponseMessage response = await raw.SendAsync(path, RawCall.Frame(new EchoRequest()));
        Assert.Equal("12", await RawCall.StatusAsync(response));
        Assert.Contains(detail, response.Headers.GetValues("grpc-message").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData("application/grpc-web")]
    [InlineData("application/grpc+json")]
    public async Task A_request_that_is_not_gRPC_gets_415(string contentType)
    {
        using RawCall raw = new(_server.Address);
        using HttpResponseMessage response = await raw.SendAsync(EchoMethods.Say.FullName, [], ("content-type", contentType));
        Assert.Equal(415, (int)response.StatusCode);
    }

    [Theory]
    [InlineData(new byte[0], "13")]
    [InlineData(new byte[] { 0, 0, 0 }, "13")]
    [InlineData(new byte[] { 0, 0, 0, 0, 9, 1 }, "13")]
    [InlineData(new byte[] { 2, 0, 0, 0, 0 }, "13")]
    [InlineData(new byte[] { 1, 0, 0, 0, 0 }, "13")]
    [InlineData(new byte[] { 0, 255, 255, 255, 255 }, "8")]
    [InlineData(new byte[] { 0, 127, 255, 255, 255 }, "8")]
    [InlineData(new byte[] { 0, 0, 0, 0, 3, 255, 255, 255 }, "13")]
    [InlineData(new byte[] { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0 }, "13")]
    public async Task A_malformed_body_is_an_error_of_the_call_alone(byte[] body, string status)
    {
        using RawCall raw = new(_server.Address);
        using HttpResponseMessage response = await raw.SendAsync(EchoMethods.Say.FullName, body);
        Assert.Equal(status, await RawCall.StatusAsync(response));
        using HttpResponseMessage next = await raw.SendAsync(EchoMethods.Say.FullName, RawCall.Frame(new EchoRequest()));
        Assert.Equal("0", await RawCall.StatusAsync(next));
        Assert.DoesNotContain(_server.Log, line => line.StartsWith("Error", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("grpc-timeout", "5", "3")]
    [InlineData("grpc-timeout", "-5S", "3")]
    [InlineData("grpc-timeout", "123456789S", "3")]
    [InlineData("grpc-timeout", "5x", "3")]
    [InlineData("grpc-timeout", "99999999H", "0")]
    [InlineData("grpc-encoding", "snappy", "12")]
    [InlineData("grpc-encoding", "identity", "0")]
    public async Task Headers_of_the_protocol_are_checked(string name, string value, string status)
    {
        using RawCall raw = new(_server.Address);
        using HttpResponseMessage response = await raw.SendAsync(EchoMethods.Say.FullName, RawCall.Frame(new EchoRequest()), (name, value));
        Assert.Equal(status, await RawCall.StatusAsync(response));
    }

    [Fact]
    public async Task Bytes_that_are_not_gzip_are_an_error_of_the_call()
    {
        using RawCall raw = new(_server.Address);
        using HttpResponseMessage response = await raw.SendAsync(
            EchoMethods.Say.FullName, [1, 0, 0, 0, 4, 1, 2, 3, 4], ("grpc-encoding", "gzip"));
        Assert.Equal("13", await RawCall.StatusAsync(response));
    }

    [Fact]
    public async Task A_server_that_is_not_there_is_Unavailable_and_says_what_to_do()
    {
        Uri address = _server.Address;
        await _server.StopAsync();
        using RpcChannel channel = RpcChannel.ForAddress(address);
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => channel.UnaryAsync(EchoMethods.Say, new EchoRequest()));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("nothing listens on http://127.0.0.1", error.Status.Detail, StringComparison.Ordinal);

        using RpcChannel missing = RpcChannel.ForUnixSocket("/nonexistent/rpc.sock");
        error = await Assert.ThrowsAsync<RpcException>(() => missing.UnaryAsync(EchoMethods.Say, new EchoRequest()));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("unix:/nonexistent/rpc.sock", error.Status.Detail, StringComparison.Ordinal);
        Assert.Contains("start the server", error.Status.Detail, StringComparison.Ordinal);
    }
}
