using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>gateway.v1.OperatorService: custom operators. An implementation overrides the methods; errors are in the proto file.</summary>
public abstract class OperatorServiceBase : GrpcService
{
    /// <inheritdoc/>
    public sealed override ServiceDescriptor Descriptor => OperatorMethods.Service;

    /// <summary>The loaded operators.</summary>
    public virtual Task<ListOperatorsResponse> List(ListOperatorsRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Loads or replaces an operator.</summary>
    public virtual Task<LoadOperatorResponse> Load(LoadOperatorRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Unloads an operator.</summary>
    public virtual Task<UnloadOperatorResponse> Unload(UnloadOperatorRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder
            .Add(OperatorMethods.List, List)
            .Add(OperatorMethods.Load, Load)
            .Add(OperatorMethods.Unload, Unload);
    }
}
