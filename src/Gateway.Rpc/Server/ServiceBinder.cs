using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>Takes the handlers of one service, and checks them against its proto file.</summary>
public sealed class ServiceBinder
{
    private readonly ServiceDescriptor _service;
    private readonly Dictionary<string, ServerMethod> _methods = [];

    internal ServiceBinder(ServiceDescriptor service) => _service = service;

    /// <summary>Binds a unary method.</summary>
    /// <exception cref="InvalidOperationException">The method is of another service or kind, or bound twice.</exception>
    public ServiceBinder Add<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, UnaryServerMethod<TRequest, TResponse> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add(new UnaryMethod<TRequest, TResponse>(method, handler), MethodType.Unary);

    /// <summary>Binds a server streaming method.</summary>
    /// <exception cref="InvalidOperationException">The method is of another service or kind, or bound twice.</exception>
    public ServiceBinder Add<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, ServerStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add(new ServerStreamingMethod<TRequest, TResponse>(method, handler), MethodType.ServerStreaming);

    /// <summary>Binds a client streaming method.</summary>
    /// <exception cref="InvalidOperationException">The method is of another service or kind, or bound twice.</exception>
    public ServiceBinder Add<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, ClientStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add(new ClientStreamingMethod<TRequest, TResponse>(method, handler), MethodType.ClientStreaming);

    /// <summary>Binds a duplex streaming method.</summary>
    /// <exception cref="InvalidOperationException">The method is of another service or kind, or bound twice.</exception>
    public ServiceBinder Add<TRequest, TResponse>(
        RpcMethod<TRequest, TResponse> method, DuplexStreamingServerMethod<TRequest, TResponse> handler)
        where TRequest : class, IMessage<TRequest>
        where TResponse : class, IMessage<TResponse> =>
        Add(new DuplexStreamingMethod<TRequest, TResponse>(method, handler), MethodType.DuplexStreaming);

    internal IReadOnlyCollection<ServerMethod> Complete()
    {
        List<string> missing = [.. _service.Methods.Select(method => method.Name).Where(name => !_methods.ContainsKey(name))];
        return missing.Count == 0
            ? _methods.Values
            : throw new InvalidOperationException(
                $"{_service.FullName} has methods without a handler: {string.Join(", ", missing)}. Add them in Bind.");
    }

    private ServiceBinder Add(ServerMethod method, MethodType type)
    {
        MethodDescriptor descriptor = method.Method.Descriptor;
        if (descriptor.Service != _service)
        {
            throw new InvalidOperationException($"{method.Method} is not a method of {_service.FullName}.");
        }

        if (method.Method.Type != type)
        {
            throw new InvalidOperationException(
                $"{method.Method} is declared {method.Method.Type} but its handler is {type}.");
        }

        return _methods.TryAdd(descriptor.Name, method)
            ? this
            : throw new InvalidOperationException($"{method.Method} is bound twice.");
    }
}
