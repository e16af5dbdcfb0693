namespace Gateway.Rpc;

/// <summary>Settings of a gRPC server.</summary>
public sealed class GrpcServerOptions
{
    /// <summary>Longest request message in bytes, before and after decompression; longer is RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>What runs around every call, outermost first.</summary>
    public IList<ServerInterceptor> Interceptors { get; init; } = [];

    /// <summary>Whether clients can ask for the services and their messages (grpc.reflection v1 and v1alpha).</summary>
    public bool Reflection { get; init; } = true;

    /// <summary>Clock of the deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
