using System.Collections.Concurrent;

namespace Gateway.Rpc.Tests;

public sealed class InterceptorTests
{
    [Fact]
    public async Task Interceptors_see_every_call_and_its_status_and_can_refuse_it()
    {
        ConcurrentQueue<string> audit = new();
        GrpcServerOptions options = new()
        {
            Interceptors =
            {
                async (context, next) =>
                {
                    Status status = await next();
                    audit.Enqueue($"{context.MethodDescriptor.Name} {status.StatusCode} {context.UserState["role"]}");
                    return status;
                },
                async (context, next) =>
                {
                    context.UserState["role"] = context.RequestHeaders.GetValue("x-role") ?? "nobody";
                    return context.Method == EchoMethods.Say.FullName && context.RequestHeaders.GetValue("x-role") is null
                        ? new Status(StatusCode.PermissionDenied, "name a role")
                        : await next();
                },
            },
        };
        await using TestServer server = await TestServer.StartAsync(options);
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => server.Channel.UnaryAsync(EchoMethods.Say, new EchoRequest()));
        Assert.Equal(new Status(StatusCode.PermissionDenied, "name a role"), error.Status);

        CallOptions asAdmin = new() { Headers = new Metadata { { "x-role", "admin" } } };
        await server.Channel.UnaryAsync(EchoMethods.Say, new EchoRequest(), asAdmin);
        await Assert.ThrowsAsync<RpcException>(() => server.Channel.UnaryAsync(EchoMethods.Crash, new EchoRequest()));
        await Assert.ThrowsAsync<RpcException>(() => server.Channel.UnaryAsync(EchoMethods.Fail, new EchoRequest()));
        await foreach (EchoReply reply in server.Channel.ServerStreaming(
            EchoMethods.Repeat, new RepeatRequest { Message = new EchoRequest(), Times = 2 }))
        {
            Assert.Equal("", reply.Text);
        }

        Assert.Equal(
            ["Say PermissionDenied nobody", "Say OK admin", "Crash Internal nobody", "Fail InvalidArgument nobody", "Repeat OK nobody"], audit);
    }

    [Fact]
    public async Task An_interceptor_that_throws_fails_the_call_without_running_it()
    {
        GrpcServerOptions options = new() { Interceptors = { (_, _) => throw new InvalidOperationException("a secret") } };
        await using TestServer server = await TestServer.StartAsync(options);
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => server.Channel.UnaryAsync(EchoMethods.Say, new EchoRequest()));
        Assert.Equal(StatusCode.Internal, error.StatusCode);
        Assert.DoesNotContain("secret", error.Message, StringComparison.Ordinal);
    }
}
