using Google.Protobuf.Reflection;
using Grpc.Health.V1;

namespace Gateway.Rpc;

/// <summary>grpc.health.v1.Health (gRPC core, doc/health-checking.md).</summary>
public abstract class HealthServiceBase : GrpcService
{
    /// <inheritdoc/>
    public sealed override ServiceDescriptor Descriptor => HealthMethods.Service;

    /// <summary>The status of a service now.</summary>
    public virtual Task<HealthCheckResponse> Check(HealthCheckRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>The status of a service now and whenever it changes.</summary>
    public virtual Task Watch(
        HealthCheckRequest request, IServerStreamWriter<HealthCheckResponse> responseStream, ServerCallContext context) =>
        throw Unimplemented(context);

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder.Add(HealthMethods.Check, Check).Add(HealthMethods.Watch, Watch);
    }
}
