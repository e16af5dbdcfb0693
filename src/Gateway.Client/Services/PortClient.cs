using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Client;

/// <summary>The NICs the packet programs are attached to: gateway.v1.PortService.</summary>
public sealed class PortClient
{
    private readonly RpcChannel _channel;

    internal PortClient(RpcChannel channel) => _channel = channel;

    /// <summary>Attaches the packet programs to a NIC, in wire mode to a pair. Nothing stays attached on failure.</summary>
    /// <param name="request">The NIC and how it stands on the path.</param>
    /// <param name="cancellationToken">Gives the call up; the port may have been attached.</param>
    /// <exception cref="RpcException">
    /// NOT_FOUND: unknown NIC; FAILED_PRECONDITION: no native XDP, MTU too large or another XDP program in the
    /// way; ALREADY_EXISTS: attached with other settings.
    /// </exception>
    public Task<AttachPortResponse> AttachAsync(AttachPortRequest request, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(PortMethods.Attach, request, null, cancellationToken);

    /// <summary>Detaches a NIC, in wire mode the pair.</summary>
    /// <param name="nic">Name of the NIC.</param>
    /// <param name="cancellationToken">Gives the call up; the port may have been detached.</param>
    /// <exception cref="RpcException">NOT_FOUND: it is not attached.</exception>
    public Task<DetachPortResponse> DetachAsync(string nic, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(PortMethods.Detach, new DetachPortRequest { Nic = nic }, null, cancellationToken);

    /// <summary>The attached ports.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<ListPortsResponse> ListAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(PortMethods.List, new ListPortsRequest(), null, cancellationToken);
}
