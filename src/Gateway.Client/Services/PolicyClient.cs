using System.Runtime.CompilerServices;
using Gateway.Rpc;
using Gateway.V1;
using Google.Rpc;

namespace Gateway.Client;

/// <summary>The running policy and its history: gateway.v1.PolicyService.</summary>
public sealed class PolicyClient
{
    private readonly RpcChannel _channel;

    internal PolicyClient(RpcChannel channel) => _channel = channel;

    /// <summary>Replaces the running policy: all of it takes effect or nothing changes.</summary>
    /// <param name="yaml">The policy file as text, at most 64 MiB.</param>
    /// <param name="expectedRevision">Apply only when this revision is running; 0 = whatever runs.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been applied.</param>
    /// <exception cref="PolicyRejectedException">The policy has errors; all of them are listed.</exception>
    /// <exception cref="RevisionMismatchException">Another revision runs.</exception>
    /// <exception cref="RpcException">FAILED_PRECONDITION: it cannot be stored; RESOURCE_EXHAUSTED: the kernel has no room.</exception>
    public Task<ApplyPolicyResponse> ApplyAsync(string yaml, ulong expectedRevision = 0, CancellationToken cancellationToken = default) =>
        ApplyAsync(yaml, new ChangeOptions { ExpectedRevision = expectedRevision }, cancellationToken);

    /// <inheritdoc cref="ApplyAsync(string, ulong, CancellationToken)"/>
    /// <param name="policy">The policy, for example of <see cref="PolicyChain.ToPolicy"/>; errors have field paths, no lines.</param>
    /// <param name="expectedRevision">Apply only when this revision is running; 0 = whatever runs.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been applied.</param>
    public Task<ApplyPolicyResponse> ApplyAsync(Policy policy, ulong expectedRevision = 0, CancellationToken cancellationToken = default) =>
        ApplyAsync(policy, new ChangeOptions { ExpectedRevision = expectedRevision }, cancellationToken);

    /// <inheritdoc cref="ApplyAsync(string, ulong, CancellationToken)"/>
    /// <param name="yaml">The policy file as text, at most 64 MiB.</param>
    /// <param name="options">Under which conditions, on trial or only planned, and what the history notes.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been applied.</param>
    public Task<ApplyPolicyResponse> ApplyAsync(string yaml, ChangeOptions options, CancellationToken cancellationToken = default) =>
        ApplyAsync(new PolicySource { Yaml = yaml }, options, cancellationToken);

    /// <inheritdoc cref="ApplyAsync(Policy, ulong, CancellationToken)"/>
    /// <param name="policy">The policy, for example of <see cref="PolicyChain.ToPolicy"/>; errors have field paths, no lines.</param>
    /// <param name="options">Under which conditions, on trial or only planned, and what the history notes.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been applied.</param>
    public Task<ApplyPolicyResponse> ApplyAsync(Policy policy, ChangeOptions options, CancellationToken cancellationToken = default) =>
        ApplyAsync(new PolicySource { Policy = policy }, options, cancellationToken);

    /// <summary>Keeps a policy that was applied on trial. Confirming again changes nothing.</summary>
    /// <param name="revision">The revision that runs.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been confirmed.</param>
    /// <exception cref="RevisionMismatchException">It does not run, or not any more.</exception>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<ConfirmPolicyResponse> ConfirmAsync(ulong revision, CancellationToken cancellationToken = default) =>
        await Expecting(_channel.UnaryAsync(PolicyMethods.Confirm, new ConfirmPolicyRequest { Revision = revision }, null, cancellationToken))
            .ConfigureAwait(false);

    /// <summary>The history, newest first; pages are fetched as they are needed.</summary>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">The call failed.</exception>
    public async IAsyncEnumerable<PolicyRevision> HistoryAsync([EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        PolicyHistoryRequest request = new();
        do
        {
            PolicyHistoryResponse page = await _channel.UnaryAsync(PolicyMethods.History, request, null, cancellationToken).ConfigureAwait(false);
            foreach (PolicyRevision revision in page.Revisions)
            {
                yield return revision;
            }

            request = new PolicyHistoryRequest { PageToken = page.NextPageToken };
        }
        while (request.PageToken.Length > 0);
    }

    /// <summary>Applies the policy of an older or imported revision again, as a new revision.</summary>
    /// <param name="revision">The revision.</param>
    /// <param name="options">As for <see cref="ApplyAsync(string, ChangeOptions, CancellationToken)"/>.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been applied.</param>
    /// <exception cref="RevisionMismatchException">Another revision runs than the one expected.</exception>
    /// <exception cref="RpcException">NOT_FOUND: there is no such revision; INVALID_ARGUMENT: it does not fit the ports any more.</exception>
    public async Task<ApplyPolicyResponse> RollbackAsync(ulong revision, ChangeOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new ChangeOptions();
        RollbackPolicyRequest request = new()
        {
            Revision = revision,
            ExpectedRevision = options.ExpectedRevision,
            DryRun = options.DryRun,
            Author = options.Author,
            Comment = options.Comment,
            ConfirmWithinSeconds = options.ConfirmSeconds,
        };
        return await Expecting(_channel.UnaryAsync(PolicyMethods.Rollback, request, null, cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>Puts a policy into the history without applying it; rolling back to it applies it.</summary>
    /// <param name="yaml">The policy file as text, at most 64 MiB.</param>
    /// <param name="options">What the history notes: author and comment.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been stored.</param>
    /// <exception cref="PolicyRejectedException">The policy has errors; all of them are listed.</exception>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<ImportPolicyResponse> ImportAsync(string yaml, ChangeOptions? options = null, CancellationToken cancellationToken = default)
    {
        ImportPolicyRequest request = new()
        {
            Source = new PolicySource { Yaml = yaml },
            Author = options?.Author ?? "",
            Comment = options?.Comment ?? "",
        };
        return await AcceptedAsync(request.Source, _channel.UnaryAsync(PolicyMethods.Import, request, null, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>What differs between a policy and the one that runs, or any revision. Changes nothing.</summary>
    /// <param name="yaml">The policy file as text, at most 64 MiB.</param>
    /// <param name="fromRevision">What to compare with; 0 = what runs.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="PolicyRejectedException">The policy has errors; all of them are listed.</exception>
    /// <exception cref="RpcException">NOT_FOUND: there is no such revision.</exception>
    public async Task<DiffPolicyResponse> DiffAsync(string yaml, ulong fromRevision = 0, CancellationToken cancellationToken = default)
    {
        DiffPolicyRequest request = new() { FromRevision = fromRevision, Source = new PolicySource { Yaml = yaml } };
        return await AcceptedAsync(request.Source, _channel.UnaryAsync(PolicyMethods.Diff, request, null, cancellationToken), cancellationToken)
            .ConfigureAwait(false);
    }

    /// <summary>What differs between two revisions. Changes nothing.</summary>
    /// <param name="fromRevision">The one; 0 = what runs.</param>
    /// <param name="toRevision">The other; 0 = what runs.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">NOT_FOUND: there is no such revision.</exception>
    public Task<DiffPolicyResponse> DiffAsync(ulong fromRevision, ulong toRevision, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(PolicyMethods.Diff, new DiffPolicyRequest { FromRevision = fromRevision, ToRevision = toRevision }, null, cancellationToken);

    /// <summary>What runs, then every change, until cancelled or the loop is left.</summary>
    /// <param name="cancellationToken">Ends the stream with an <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="RpcException">The stream broke.</exception>
    public IAsyncEnumerable<PolicyChange> WatchAsync(CancellationToken cancellationToken = default) =>
        _channel.ServerStreaming(PolicyMethods.Watch, new WatchPolicyRequest(), null, cancellationToken);

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
    public Task<GetPolicyResponse> GetAsync(CancellationToken cancellationToken = default) => GetAsync(0, cancellationToken);

    /// <summary>A policy of the history, as a message and as YAML.</summary>
    /// <param name="revision">The revision; 0 = what runs.</param>
    /// <param name="cancellationToken">Gives the call up.</param>
    /// <exception cref="RpcException">NOT_FOUND: there is no such revision; DATA_LOSS: its text is damaged.</exception>
    public Task<GetPolicyResponse> GetAsync(ulong revision, CancellationToken cancellationToken = default) =>
        _channel.UnaryAsync(PolicyMethods.Get, new GetPolicyRequest { Revision = revision }, null, cancellationToken);

    /// <summary>Removes the running policy: every packet passes unmodified. Ports stay attached.</summary>
    /// <param name="expectedRevision">Clear only when this revision is running; 0 = whatever runs.</param>
    /// <param name="cancellationToken">Gives the call up; the policy may have been removed.</param>
    /// <exception cref="RevisionMismatchException">Another revision runs.</exception>
    /// <exception cref="RpcException">The call failed.</exception>
    public async Task<ClearPolicyResponse> ClearAsync(ulong expectedRevision = 0, CancellationToken cancellationToken = default) =>
        await Expecting(_channel.UnaryAsync(
            PolicyMethods.Clear, new ClearPolicyRequest { ExpectedRevision = expectedRevision }, null, cancellationToken)).ConfigureAwait(false);

    private async Task<ApplyPolicyResponse> ApplyAsync(PolicySource source, ChangeOptions options, CancellationToken cancellationToken)
    {
        ApplyPolicyRequest request = new()
        {
            Source = source,
            ExpectedRevision = options.ExpectedRevision,
            ExpectNone = options.ExpectNone,
            DryRun = options.DryRun,
            Author = options.Author,
            Comment = options.Comment,
            ConfirmWithinSeconds = options.ConfirmSeconds,
        };
        return await Expecting(
            AcceptedAsync(source, _channel.UnaryAsync(PolicyMethods.Apply, request, null, cancellationToken), cancellationToken)).ConfigureAwait(false);
    }

    /// <summary>A refusal because of another running revision is an exception of its own.</summary>
    private static async Task<T> Expecting<T>(Task<T> call)
    {
        try
        {
            return await call.ConfigureAwait(false);
        }
        catch (RpcException refused) when (RevisionMismatchException.TryRead(refused) is { } mismatch)
        {
            throw mismatch;
        }
    }

    /// <summary>A refusal because of errors in the policy is an exception that lists them all.</summary>
    private async Task<T> AcceptedAsync<T>(PolicySource source, Task<T> call, CancellationToken cancellationToken)
    {
        try
        {
            return await call.ConfigureAwait(false);
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
