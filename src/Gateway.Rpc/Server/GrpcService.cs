using Google.Protobuf.Reflection;

namespace Gateway.Rpc;

/// <summary>
/// A service of the server. Derive one abstract class per service of a proto file: it binds every method to
/// a virtual method of the same name, which the implementation overrides.
/// </summary>
public abstract class GrpcService
{
    /// <summary>The service as the proto file declares it.</summary>
    public abstract ServiceDescriptor Descriptor { get; }

    /// <summary>Binds every method of the service to its handler.</summary>
    protected abstract void Bind(ServiceBinder binder);

    /// <summary>What a virtual method throws that an implementation does not override.</summary>
    protected static RpcException Unimplemented(ServerCallContext context)
    {
        ArgumentNullException.ThrowIfNull(context);
        return new RpcException(new Status(StatusCode.Unimplemented, $"this server does not implement {context.Method}"));
    }

    internal IReadOnlyCollection<ServerMethod> BindMethods()
    {
        ServiceBinder binder = new(Descriptor);
        Bind(binder);
        return binder.Complete();
    }
}
