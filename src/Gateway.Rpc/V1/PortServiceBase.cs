using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>gateway.v1.PortService: ports. An implementation overrides the methods; errors are in the proto file.</summary>
public abstract class PortServiceBase : GrpcService
{
    /// <inheritdoc/>
    public sealed override ServiceDescriptor Descriptor => PortMethods.Service;

    /// <summary>Attaches the packet programs to a NIC, in wire mode to a pair.</summary>
    public virtual Task<AttachPortResponse> Attach(AttachPortRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Detaches a NIC, in wire mode the pair.</summary>
    public virtual Task<DetachPortResponse> Detach(DetachPortRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>The attached ports.</summary>
    public virtual Task<ListPortsResponse> List(ListPortsRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder
            .Add(PortMethods.Attach, Attach)
            .Add(PortMethods.Detach, Detach)
            .Add(PortMethods.List, List);
    }
}
