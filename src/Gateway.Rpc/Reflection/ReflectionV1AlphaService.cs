using Google.Protobuf;
using Google.Protobuf.Reflection;
using Grpc.Reflection.V1Alpha;

namespace Gateway.Rpc;

/// <summary>grpc.reflection.v1alpha.ServerReflection; its bytes are those of v1.</summary>
internal sealed class ReflectionV1AlphaService(DescriptorCatalog catalog) : GrpcService
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
            ByteString answer = catalog
                .Answer(Grpc.Reflection.V1.ServerReflectionRequest.Parser.ParseFrom(request.ToByteString()))
                .ToByteString();
            await responseStream
                .WriteAsync(ServerReflectionResponse.Parser.ParseFrom(answer), context.CancellationToken)
                .ConfigureAwait(false);
        }
    }
}
