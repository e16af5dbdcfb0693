using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;

namespace Gateway.Rpc;

/// <summary>grpc.reflection.v1.ServerReflection.</summary>
internal sealed class ReflectionService(DescriptorCatalog catalog) : GrpcService
{
    internal static readonly ServiceDescriptor Service =
        ReflectionReflection.Descriptor.FindTypeByName<ServiceDescriptor>("ServerReflection");

    internal static readonly RpcMethod<ServerReflectionRequest, ServerReflectionResponse> Info =
        new(Service, "ServerReflectionInfo", ServerReflectionRequest.Parser, ServerReflectionResponse.Parser);

    public override ServiceDescriptor Descriptor => Service;

    protected override void Bind(ServiceBinder binder) => binder.Add(Info, ServerReflectionInfo);

    private async Task ServerReflectionInfo(
        IAsyncStreamReader<ServerReflectionRequest> requestStream,
        IServerStreamWriter<ServerReflectionResponse> responseStream,
        ServerCallContext context)
    {
        await foreach (ServerReflectionRequest request in requestStream.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
        {
            await responseStream.WriteAsync(catalog.Answer(request), context.CancellationToken).ConfigureAwait(false);
        }
    }
}
