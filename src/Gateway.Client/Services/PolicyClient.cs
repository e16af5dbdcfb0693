using Gateway.Rpc;
using Gateway.V1;
using Google.Rpc;

namespace Gateway.Client;

/// <summary>The running policy: gateway.v1.PolicyService.</summary>
public sealed class PolicyClient
{
    private readonly RpcChannel _channel;

    internal PolicyClient(RpcChannel channel) => _channel = channel;

    /// <summary>Replaces the running policy: all of it takes effect or nothing changes.</summary>
    /// <param name="yaml">The policy file as text, at most 64 MiB.</param>
    /// <param name="expectedRevision">Apply only when this revision is running; 0 = whatever runs.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been applied.</param>
    /// <exception cref="PolicyRejectedException">The policy has errors; all of them are listed.</exception>
    /// <exception cref="RpcException">FAILED_PRECONDITION: another revision runs; RESOURCE_EXHAUSTED: the kernel has no room.</exception>
    public Task<ApplyPolicyResponse> ApplyAsync(string yaml, ulong expectedRevision = 0, CancellationToken cancellationToken = default) =>
        ApplyAsync(new PolicySource { Yaml = yaml }, expectedRevision, cancellationToken);

    /// <inheritdoc cref="ApplyAsync(string, ulong, CancellationToken)"/>
    /// <param name="policy">The policy, for example of <see cref="PolicyChain.ToPolicy"/>; errors have field paths, no lines.</param>
    /// <param name="expectedRevision">Apply only when this revision is running; 0 = whatever runs.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been applied.</param>
    public Task<ApplyPolicyResponse> ApplyAsync(Policy policy, ulong expectedRevision = 0, CancellationToken cancellationToken = default) =>
        ApplyAsync(new PolicySource { Policy = policy }, expectedRevision, cancellationToken);

    /// <summary>Checks a policy. Changes nothing.</summary>
    /// <param name="yaml">The policy file as text, at most 64 MiB.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <returns>Every error, or what the policy compiles to.</returns>
    /// <exception cref="RpcException">The call failed; not because of errors in the policy.</exception>
    public Task<ValidatePolicyResponse> ValidateAsync(string yaml, CancellationToken cancellationToken = default) =>
        ValidateAsync(new PolicySource { Yaml = yaml }, cancellationToken);

    /// <inheritdoc cref="ValidateAsync(string, CancellationToken)"/>
    /// <param name="policy">The policy; errors have field paths, no lines.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    public Task<ValidatePolicyResponse> ValidateAsync(Policy policy, CancellationToken cancellationToken = default) =>
        ValidateAsync(new PolicySource { Policy = policy }, cancellationToken);

    /// <summary>The running policy, as a message and as YAML; both absent when none runs.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public Task<GetPolicyResponse> GetAsync(CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(PolicyMethods.Get, new GetPolicyRequest(), null, cancellationToken);

    /// <summary>Removes the running policy: every packet passes unmodified. Ports stay attached.</summary>
    /// <param name="expectedRevision">Clear only when this revision is running; 0 = whatever runs.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been removed.</param>
    /// <exception cref="RpcException">FAILED_PRECONDITION: another revision runs.</exception>
    public Task<ClearPolicyResponse> ClearAsync(ulong expectedRevision = 0, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(PolicyMethods.Clear, new ClearPolicyRequest { ExpectedRevision = expectedRevision }, null, cancellationToken);

    private async Task<ApplyPolicyResponse> ApplyAsync(PolicySource source, ulong expectedRevision, CancellationToken cancellationToken)
    {
        ApplyPolicyRequest request = new() { Source = source, ExpectedRevision = expectedRevision };
        try
        {
            return await _channel.UnaryAsync(PolicyMethods.Apply, request, null, cancellationToken).ConfigureAwait(false);
        }
        catch (RpcException rejected) when (rejected.StatusCode == StatusCode.InvalidArgument && rejected.GetFieldViolations() is { Count: > 0 } violations)
        {
            throw new PolicyRejectedException(await ErrorsAsync(source, violations, cancellationToken).ConfigureAwait(false), rejected);
        }
    }

    private Task<ValidatePolicyResponse> ValidateAsync(PolicySource source, CancellationToken cancellationToken) =>
        _channel.UnaryAsync(PolicyMethods.Validate, new ValidatePolicyRequest { Source = source }, null, cancellationToken);

    /// <summary>Status details hold no more than fits in HTTP trailers; the whole list, with places and hints, is Validate's.</summary>
    private async Task<IReadOnlyList<PolicyError>> ErrorsAsync(
        PolicySource source, IReadOnlyList<BadRequest.Types.FieldViolation> violations, CancellationToken cancellationToken)
    {
        try
        {
            ValidatePolicyResponse response = await ValidateAsync(source, cancellationToken).ConfigureAwait(false);
            if (response.Errors.Count > 0)
            {
                return response.Errors;
            }
        }
        catch (RpcException)
        {
            // The violations say what they can.
        }

        return [.. violations.Select(violation => new PolicyError { Path = violation.Field, Message = violation.Description })];
    }
}
