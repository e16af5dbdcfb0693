using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;

namespace Gateway.Rpc.Tests;

public sealed class ReflectionTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Services_are_listed()
    {
        ServerReflectionResponse response = await AskAsync(new ServerReflectionRequest { ListServices = "" });
        Assert.Equal(
            ["gateway.rpc.tests.Echo", "grpc.health.v1.Health", "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"],
            response.ListServicesResponse.Service.Select(service => service.Name).Order());
    }

    [Theory]
    [InlineData("gateway.rpc.tests.Echo")]
    [InlineData("gateway.rpc.tests.Echo.Say")]
    [InlineData("gateway.rpc.tests.EchoReply.text")]
    public async Task A_symbol_is_answered_with_its_file_and_what_that_imports(string symbol)
    {
        ServerReflectionResponse response = await AskAsync(new ServerReflectionRequest { FileContainingSymbol = symbol });
        Assert.Equal(
            ["echo.proto", "google/protobuf/duration.proto"],
            response.FileDescriptorResponse.FileDescriptorProto.Select(file => FileDescriptorProto.Parser.ParseFrom(file).Name));
    }

    [Fact]
    public async Task A_file_is_found_by_its_name()
    {
        ServerReflectionResponse response = await AskAsync(new ServerReflectionRequest { FileByFilename = "google/protobuf/duration.proto" });
        Assert.Single(response.FileDescriptorResponse.FileDescriptorProto);
    }

    [Fact]
    public async Task What_is_not_there_is_not_found_and_the_stream_goes_on()
    {
        using RpcCall<ServerReflectionRequest, ServerReflectionResponse> call = _server.Channel.Start(ReflectionService.Info);
        foreach (ServerReflectionRequest request in new ServerReflectionRequest[]
        {
            new() { FileByFilename = "nothing.proto" },
            new() { FileContainingSymbol = "nothing.Here" },
            new() { AllExtensionNumbersOfType = "nothing.Here" },
            new() { FileContainingExtension = new ExtensionRequest { ContainingType = "nothing.Here", ExtensionNumber = 1 } },
        })
        {
            await call.RequestStream.WriteAsync(request);
            Assert.True(await call.ResponseStream.MoveNext());
            Assert.Equal((int)StatusCode.NotFound, call.ResponseStream.Current.ErrorResponse.ErrorCode);
            Assert.Equal(request, call.ResponseStream.Current.OriginalRequest);
        }
    }

    [Fact]
    public async Task Reflection_can_be_turned_off()
    {
        await using TestServer server = await TestServer.StartAsync(new GrpcServerOptions { Reflection = false });
        using RpcCall<ServerReflectionRequest, ServerReflectionResponse> call = server.Channel.Start(ReflectionService.Info);
        Assert.Equal(StatusCode.Unimplemented, (await Assert.ThrowsAsync<RpcException>(() => call.ResponseStream.MoveNext())).StatusCode);
    }

    private async Task<ServerReflectionResponse> AskAsync(ServerReflectionRequest request)
    {
        using RpcCall<ServerReflectionRequest, ServerReflectionResponse> call = _server.Channel.Start(ReflectionService.Info);
        await call.RequestStream.WriteAsync(request);
        await call.RequestStream.CompleteAsync();
        Assert.True(await call.ResponseStream.MoveNext());
        ServerReflectionResponse response = call.ResponseStream.Current;
        Assert.False(await call.ResponseStream.MoveNext());
        return response;
    }
}
