using System.Globalization;
using System.Threading.Channels;
using Gateway.Daemon.Policies;
using Gateway.Policy;
using Gateway.Rpc;
using Gateway.V1;
using PolicyPlan = Gateway.Daemon.Policies.PolicyPlan;
using PolicyRevision = Gateway.Daemon.Policies.PolicyRevision;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.PolicyService.</summary>
internal sealed class PolicyService(PolicyControl control) : PolicyServiceBase
{
    private const int UsualPage = 50;
    private const int LargestPage = 1000;
    private const uint LongestTrial = 7 * 24 * 3600;

    public override Task<ApplyPolicyResponse> Apply(ApplyPolicyRequest request, ServerCallContext context)
    {
        var draft = new RevisionDraft(Caller.Author(request.Author, context), Caller.Peer(context), Caller.Comment(request.Comment));
        var wish = new PolicyWish(
            draft, request.ExpectedRevision, request.ExpectNone, Trial(request.ConfirmWithinSeconds), request.DryRun);
        return Task.FromResult(Of(control.Apply(request.Source, wish)));
    }

    public override Task<ApplyPolicyResponse> Rollback(RollbackPolicyRequest request, ServerCallContext context)
    {
        if (request.Revision == 0)
        {
            throw ServiceErrors.InvalidArgument("revision", "The revision is missing: set revision.");
        }

        var draft = new RevisionDraft(
            Caller.Author(request.Author, context), Caller.Peer(context), Caller.Comment(request.Comment), RevisionOrigin.Rollback, request.Revision);
        var wish = new PolicyWish(draft, request.ExpectedRevision, ConfirmWithin: Trial(request.ConfirmWithinSeconds), DryRun: request.DryRun);
        return Task.FromResult(Of(control.Rollback(request.Revision, wish)));
    }

    public override Task<ImportPolicyResponse> Import(ImportPolicyRequest request, ServerCallContext context)
    {
        var draft = new RevisionDraft(
            Caller.Author(request.Author, context), Caller.Peer(context), Caller.Comment(request.Comment), RevisionOrigin.Imported);
        PolicyRevision imported = control.Import(request.Source, draft);
        return Task.FromResult(new ImportPolicyResponse { Revision = PolicyMessages.Of(imported, control.State) });
    }

    public override Task<ValidatePolicyResponse> Validate(ValidatePolicyRequest request, ServerCallContext context)
    {
        PolicyLoadResult loaded = control.Validate(request.Source);
        var response = new ValidatePolicyResponse
        {
            Compiled = loaded.Compiled is null ? null : PolicyMessages.Of(PolicyPlan.SizeOf(loaded.Compiled)),
        };
        response.Errors.AddRange(loaded.Errors.Select(PolicyMessages.Of));
        return Task.FromResult(response);
    }

    public override Task<DiffPolicyResponse> Diff(DiffPolicyRequest request, ServerCallContext context)
    {
        (ulong Revision, string Name, PolicyDocument? Document) from = Side(request.FromRevision);
        (ulong Revision, string Name, PolicyDocument? Document) to = request.ToCase == DiffPolicyRequest.ToOneofCase.Source
            ? Side(request.Source)
            : Side(request.ToRevision);
        PolicyDifference difference = PolicyComparer.Compare(from.Document, to.Document);
        return Task.FromResult(new DiffPolicyResponse { Diff = PlanMessages.Of(difference, (from.Revision, from.Name), (to.Revision, to.Name)) });
    }

    public override Task<GetPolicyResponse> Get(GetPolicyRequest request, ServerCallContext context)
    {
        (DataPlane.AppliedPolicy? applied, PolicyDocument? document) = control.Running;
        PolicyState state = control.State;
        if (request.Revision != 0 && request.Revision != applied?.Text.Revision)
        {
            (PolicyRevision revision, string yaml, PolicyDocument? older) = control.Read(request.Revision);
            return Task.FromResult(new GetPolicyResponse
            {
                Policy = older is null ? null : PolicyMessageWriter.Write(older),
                Yaml = yaml,
                Revision = PolicyMessages.Of(revision, state),
            });
        }

        return Task.FromResult(applied is null
            ? new GetPolicyResponse()
            : new GetPolicyResponse
            {
                Applied = PolicyMessages.Of(applied),
                Policy = document is null ? null : PolicyMessageWriter.Write(document),
                Yaml = applied.Text.ToYaml(),
                Revision = state.Find(applied.Text.Revision) is { } found ? PolicyMessages.Of(found, state) : null,
            });
    }

    public override Task<ClearPolicyResponse> Clear(ClearPolicyRequest request, ServerCallContext context) =>
        Task.FromResult(new ClearPolicyResponse { ClearedRevision = control.Clear(request.ExpectedRevision)?.Text.Revision ?? 0 });

    public override Task<ConfirmPolicyResponse> Confirm(ConfirmPolicyRequest request, ServerCallContext context)
    {
        if (request.Revision == 0)
        {
            throw ServiceErrors.InvalidArgument("revision", "The revision is missing: set revision.");
        }

        PolicyRevision confirmed = control.Confirm(request.Revision);
        return Task.FromResult(new ConfirmPolicyResponse { Revision = PolicyMessages.Of(confirmed, control.State) });
    }

    public override Task<PolicyHistoryResponse> History(PolicyHistoryRequest request, ServerCallContext context)
    {
        if (request.PageSize > LargestPage)
        {
            throw ServiceErrors.InvalidArgument("page_size", $"The page is too large: ask for at most {LargestPage}.");
        }

        ulong before = ulong.MaxValue;
        if (request.PageToken.Length > 0 && !ulong.TryParse(request.PageToken, NumberStyles.None, CultureInfo.InvariantCulture, out before))
        {
            throw ServiceErrors.InvalidArgument("page_token", "The page token is not one: send next_page_token of the page before.");
        }

        int size = request.PageSize == 0 ? UsualPage : (int)request.PageSize;
        PolicyState state = control.State;
        PolicyRevision[] page = [.. state.Revisions.Where(r => r.Revision < before).OrderByDescending(r => r.Revision).Take(size + 1)];
        return Task.FromResult(new PolicyHistoryResponse
        {
            Revisions = { page.Take(size).Select(r => PolicyMessages.Of(r, state)) },
            NextPageToken = page.Length > size ? page[size - 1].Revision.ToString(CultureInfo.InvariantCulture) : "",
        });
    }

    public override async Task Watch(WatchPolicyRequest request, IServerStreamWriter<PolicyChange> responseStream, ServerCallContext context)
    {
        Channel<PolicyChange> watch = control.Watch();
        try
        {
            await foreach (PolicyChange change in watch.Reader.ReadAllAsync(context.CancellationToken).ConfigureAwait(false))
            {
                await responseStream.WriteAsync(change, context.CancellationToken).ConfigureAwait(false);
            }

            throw new RpcException(new Status(StatusCode.ResourceExhausted, "This watch fell too far behind: watch again."));
        }
        finally
        {
            control.EndWatch(watch);
        }
    }

    private static ApplyPolicyResponse Of(PolicyOutcome outcome, PolicyState state) => new()
    {
        Applied = outcome.Applied is null ? null : PolicyMessages.Of(outcome.Applied),
        Plan = PlanMessages.Of(outcome.Plan),
        Revision = outcome.Revision is null ? null : PolicyMessages.Of(outcome.Revision, state),
        Times = PlanMessages.Of(outcome.Times),
    };

    private static TimeSpan Trial(uint seconds) => seconds <= LongestTrial
        ? TimeSpan.FromSeconds(seconds)
        : throw ServiceErrors.InvalidArgument("confirm_within_seconds", $"The time to confirm is too long: give at most {LongestTrial} seconds.");

    private ApplyPolicyResponse Of(PolicyOutcome outcome) => Of(outcome, control.State);

    /// <summary>One side of a comparison: a revision, or what runs.</summary>
    private (ulong Revision, string Name, PolicyDocument? Document) Side(ulong revision)
    {
        (DataPlane.AppliedPolicy? applied, PolicyDocument? document) = control.Running;
        if (revision == 0 || revision == applied?.Text.Revision)
        {
            return (applied?.Text.Revision ?? 0, applied?.Text.Name ?? "", document);
        }

        (PolicyRevision found, _, PolicyDocument? older) = control.Read(revision);
        return (found.Revision, found.Name, older ?? throw ServiceErrors.DataLoss($"Revision {revision} cannot be read by this version."));
    }

    private (ulong Revision, string Name, PolicyDocument? Document) Side(PolicySource source)
    {
        PolicyLoadResult loaded = control.Validate(source);
        return loaded.Document is { } document ? (0ul, document.Name, document) : throw ServiceErrors.InvalidPolicy(loaded.Errors);
    }
}
