using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>A method of a service, shared by the server that binds it and the client that calls it.</summary>
public abstract class RpcMethod
{
    private protected RpcMethod(MethodDescriptor descriptor)
    {
        Descriptor = descriptor;
        FullName = $"/{descriptor.Service.FullName}/{descriptor.Name}";
        Type = (descriptor.IsClientStreaming, descriptor.IsServerStreaming) switch
        {
            (false, false) => MethodType.Unary,
            (true, false) => MethodType.ClientStreaming,
            (false, true) => MethodType.ServerStreaming,
            (true, true) => MethodType.DuplexStreaming,
        };
    }

    /// <summary>The method as the proto file declares it, with its options.</summary>
    public MethodDescriptor Descriptor { get; }

    /// <summary>The path of the method: "/package.Service/Method".</summary>
    public string FullName { get; }

    /// <summary>The kind of call, as the proto file declares it.</summary>
    public MethodType Type { get; }

    /// <summary>The <see cref="FullName"/>.</summary>
    public override string ToString() => FullName;
}

/// <summary>A method of a service with its message types.</summary>
/// <typeparam name="TRequest">Message the client sends.</typeparam>
/// <typeparam name="TResponse">Message the server sends.</typeparam>
public sealed class RpcMethod<TRequest, TResponse> : RpcMethod
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    /// <summary>Describes the method <paramref name="name"/> of <paramref name="service"/>.</summary>
    /// <param name="service">The service in the proto file: <c>FooReflection.Descriptor.FindTypeByName&lt;ServiceDescriptor&gt;("FooService")</c>.</param>
    /// <param name="name">The method's name in the proto file.</param>
    /// <param name="requestParser">Parser of the request message.</param>
    /// <param name="responseParser">Parser of the response message.</param>
    /// <exception cref="ArgumentException">The service has no such method, or it has other message types.</exception>
    public RpcMethod(
        ServiceDescriptor service, string name, MessageParser<TRequest> requestParser, MessageParser<TResponse> responseParser)
        : base(Find(service, name))
    {
        RequestParser = requestParser;
        ResponseParser = responseParser;
    }

    /// <summary>Parser of the request message.</summary>
    public MessageParser<TRequest> RequestParser { get; }

    /// <summary>Parser of the response message.</summary>
    public MessageParser<TResponse> ResponseParser { get; }

    private static MethodDescriptor Find(ServiceDescriptor service, string name)
    {
        ArgumentNullException.ThrowIfNull(service);
        MethodDescriptor method = service.FindMethodByName(name)
            ?? throw new ArgumentException($"{service.FullName} declares no method '{name}'.", nameof(name));
        if (method.InputType.ClrType != typeof(TRequest) || method.OutputType.ClrType != typeof(TResponse))
        {
            throw new ArgumentException(
                $"{service.FullName}/{name} takes {method.InputType.FullName} and returns {method.OutputType.FullName}, "
                + $"not {typeof(TRequest).Name} and {typeof(TResponse).Name}.",
                nameof(name));
        }

        return method;
    }
}
