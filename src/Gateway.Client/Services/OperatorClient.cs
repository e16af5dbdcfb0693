using Gateway.Rpc;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Client;

/// <summary>Custom operators: gateway.v1.OperatorService.</summary>
public sealed class OperatorClient
{
    private readonly RpcChannel _channel;

    internal OperatorClient(RpcChannel channel) => _channel = channel;

    /// <summary>The loaded operators.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<ListOperatorsResponse> ListAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(OperatorMethods.List, new ListOperatorsRequest(), null, cancellationToken);

    /// <summary>Loads an operator, or replaces the one of that name under traffic.</summary>
    /// <param name="elf">The object file.</param>
    /// <param name="name">Its name in policies; empty = the one that its source gives it.</param>
    /// <param name="cancellationToken">Gives the call up; the operator may have been loaded.</param>
    /// <returns>The operator, or the verifier's refusal.</returns>
    /// <exception cref="RpcException">
    /// INVALID_ARGUMENT: it is no operator; FAILED_PRECONDITION: the operator of that name is of the other kind;
    /// RESOURCE_EXHAUSTED: all slots are taken.
    /// </exception>
    public Task<LoadOperatorResponse> LoadAsync(ReadOnlyMemory<byte> elf, string name = "", CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(OperatorMethods.Load, new LoadOperatorRequest { Name = name, Object = ByteString.CopyFrom(elf.Span) }, null, cancellationToken);

    /// <summary>Unloads an operator.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="cancellationToken">Gives the call up; the operator may have been unloaded.</param>
    /// <exception cref="RpcException">NOT_FOUND: it is not loaded; FAILED_PRECONDITION: the policy in force uses it.</exception>
    public Task<UnloadOperatorResponse> UnloadAsync(string name, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(OperatorMethods.Unload, new UnloadOperatorRequest { Name = name }, null, cancellationToken);
}
