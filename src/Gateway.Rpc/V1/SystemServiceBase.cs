using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>gateway.v1.SystemService: the gateway itself. An implementation overrides the methods; errors are in the proto file.</summary>
public abstract class SystemServiceBase : GrpcService
{
    /// <inheritdoc/>
    public sealed override ServiceDescriptor Descriptor => SystemMethods.Service;

    /// <summary>What runs: version, kernel features, programs.</summary>
    public virtual Task<StatusResponse> Status(StatusRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Looks at everything the gateway depends on.</summary>
    public virtual Task<DiagnoseResponse> Diagnose(DiagnoseRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Looks at everything, and puts right what can be.</summary>
    public virtual Task<RepairResponse> Repair(RepairRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Everything needed to find a fault from afar, as a tar archive in gzip.</summary>
    public virtual Task SupportBundle(
        SupportBundleRequest request, IServerStreamWriter<SupportBundleChunk> responseStream, ServerCallContext context) => throw Unimplemented(context);

    /// <summary>Detaches every port, removes every pin and ends the daemon: nothing of the gateway stays in the kernel.</summary>
    public virtual Task<CleanUpResponse> CleanUp(CleanUpRequest request, ServerCallContext context) => throw Unimplemented(context);

    /// <inheritdoc/>
    protected sealed override void Bind(ServiceBinder binder)
    {
        ArgumentNullException.ThrowIfNull(binder);
        binder
            .Add(SystemMethods.Status, Status)
            .Add(SystemMethods.Diagnose, Diagnose)
            .Add(SystemMethods.Repair, Repair)
            .Add(SystemMethods.SupportBundle, SupportBundle)
            .Add(SystemMethods.CleanUp, CleanUp);
    }
}
