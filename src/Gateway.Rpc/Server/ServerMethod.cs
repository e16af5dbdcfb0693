using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>A method bound to its handler.</summary>
internal abstract class ServerMethod(RpcMethod method)
{
    internal RpcMethod Method { get; } = method;

    /// <summary>Reads the request, runs the handler, writes the response; exceptions are its status.</summary>
    internal abstract Task InvokeAsync(ServerCall call);

    private protected static async Task<TResponse> AnsweredAsync<TResponse>(Task<TResponse> handling, RpcMethod method)
        where TResponse : class =>
        await handling.ConfigureAwait(false)
            ?? throw new InvalidOperationException($"The handler of {method} returned null instead of a message.");
}

internal sealed class UnaryMethod<TRequest, TResponse>(
    RpcMethod<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler) : ServerMethod(method)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    internal override async Task InvokeAsync(ServerCall call)
    {
        TRequest request = await call.ReadSingleAsync(method.RequestParser).ConfigureAwait(false);
        TResponse response = await AnsweredAsync(handler(request, call), method).ConfigureAwait(false);
        await call.WriteSingleAsync(response).ConfigureAwait(false);
    }
}

internal sealed class ServerStreamingMethod<TRequest, TResponse>(
    RpcMethod<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler) : ServerMethod(method)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    internal override async Task InvokeAsync(ServerCall call)
    {
        TRequest request = await call.ReadSingleAsync(method.RequestParser).ConfigureAwait(false);
        await handler(request, new ServerStreamWriter<TResponse>(call), call).ConfigureAwait(false);
    }
}

internal sealed class ClientStreamingMethod<TRequest, TResponse>(
    RpcMethod<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler) : ServerMethod(method)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    internal override async Task InvokeAsync(ServerCall call)
    {
        ServerStreamReader<TRequest> requests = new(call, method.RequestParser);
        TResponse response = await AnsweredAsync(handler(requests, call), method).ConfigureAwait(false);
        await call.WriteSingleAsync(response).ConfigureAwait(false);
    }
}

internal sealed class DuplexStreamingMethod<TRequest, TResponse>(
    RpcMethod<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler) : ServerMethod(method)
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    internal override Task InvokeAsync(ServerCall call) =>
        handler(new ServerStreamReader<TRequest>(call, method.RequestParser), new ServerStreamWriter<TResponse>(call), call);
}
