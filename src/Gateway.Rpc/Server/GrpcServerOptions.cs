using System.Collections.Frozen;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>Settings of a gRPC server.</summary>
public sealed class GrpcServerOptions
{
    /// <summary>Longest request message in bytes, before and after decompression; longer is RESOURCE_EXHAUSTED.</summary>
    public int MaxReceiveMessageSize { get; init; } = 16 * 1024 * 1024;

    /// <summary>Methods by <see cref="RpcMethod.FullName"/> whose requests have another limit than <see cref="MaxReceiveMessageSize"/>.</summary>
    public IReadOnlyDictionary<string, int> MaxReceiveMessageSizes { get; init; } = FrozenDictionary<string, int>.Empty;

    /// <summary>What runs around every call, outermost first.</summary>
    public IList<ServerInterceptor> Interceptors { get; init; } = [];

    /// <summary>Told of the request of each unary and server streaming call, before its handler.</summary>
    public Action<ServerCallContext, IMessage>? OnRequest { get; init; }

    /// <summary>Whether clients can ask for the services and their messages (grpc.reflection v1 and v1alpha).</summary>
    public bool Reflection { get; init; } = true;

    /// <summary>Clock of the deadlines.</summary>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;
}
