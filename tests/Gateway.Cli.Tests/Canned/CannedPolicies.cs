using Gateway.Rpc;
using Gateway.V1;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;
using Status = Google.Rpc.Status;

namespace Gateway.Cli.Tests;

/// <summary>Accepts a policy unless it has errors to report; refuses a revision that is not the running one.</summary>
internal sealed class CannedPolicies : PolicyServiceBase
{
    public const string SmallYaml = "name: edge\nchains:\n- name: demote\n";

    public string Yaml { get; set; } = SmallYaml;

    public static AppliedPolicy Applied => new()
    {
        Name = "edge",
        Revision = 7,
        Generation = 12,
        Compiled = new CompiledSize { Chains = 2, Terms = 5, ExactRules = 1, Prefixes = 1 },
        AppliedUnixNanos = 1_700_000_000_123_456_789,
    };

    public static V1.Policy Policy => new()
    {
        Name = "edge",
        Chains =
        {
            new Chain
            {
                Name = "demote",
                Priority = 100,
                Hooks = { Hook.Ingress, Hook.Egress },
                Ports = { "wan0" },
                Actors = { new Actor { SetBackup = new SetBackupActor { Backup = true } }, new Actor { Record = new RecordActor() } },
            },
            new Chain { Name = "rest", Actors = { new Actor { Count = new CountActor() } } },
        },
    };

    public List<PolicyError> Errors { get; } = [];

    public bool ValidateFails { get; set; }

    public ulong Running { get; set; } = 7;

    public ApplyPolicyRequest? LastApply { get; private set; }

    public ValidatePolicyRequest? LastValidate { get; private set; }

    public ClearPolicyRequest? LastClear { get; private set; }

    public RollbackPolicyRequest? LastRollback { get; private set; }

    public ImportPolicyRequest? LastImport { get; private set; }

    public static PolicyRevision Revision => new()
    {
        Revision = 7,
        Name = "edge",
        Author = "alice",
        Comment = "for the night",
        CreatedUnixNanos = 1_700_000_000_123_456_789,
        Origin = PolicyRevision.Types.Origin.Applied,
        State = PolicyRevision.Types.State.Running,
        Compiled = Applied.Compiled,
    };

    public static PolicyRevision Trial => new(Revision)
    {
        State = PolicyRevision.Types.State.Unconfirmed,
        ConfirmByUnixNanos = 1_700_000_060_123_456_789,
        RevertToRevision = 6,
    };

    public static PolicyRevision Old => new(Revision)
    {
        Revision = 5,
        State = PolicyRevision.Types.State.Reverted,
        Origin = PolicyRevision.Types.Origin.Rollback,
        FromRevision = 3,
        Author = "bob",
        Comment = "",
    };

    public static PolicyDiff Difference => new()
    {
        FromRevision = 7,
        FromName = "edge",
        ToName = "next",
        UnchangedChains = 1,
        Chains =
        {
            new ChainDiff
            {
                Chain = "demote",
                Kind = ChangeKind.Changed,
                Words = "Chain demote changes in 1 place.",
                Changes = { new RuleChange { Kind = ChangeKind.Added, Path = "actors", After = "count", Words = "actors gets count" } },
            },
            new ChainDiff { Chain = "gone", Kind = ChangeKind.Removed, Words = "Chain gone is removed." },
        },
    };

    public static PolicyPlan Plan => new()
    {
        FromRevision = 7,
        ToRevision = 8,
        Diff = Difference,
        From = Applied.Compiled,
        To = Applied.Compiled,
        Steps = { new PlanStep { Name = "Switch", Words = "Have every packet program follow." } },
        KeptCounters = { "demote" },
        EndedCounters = { "gone" },
    };

    public override Task<ApplyPolicyResponse> Apply(ApplyPolicyRequest request, ServerCallContext context)
    {
        LastApply = request;
        RefuseOtherThan(request.ExpectedRevision);
        if (Errors.Count > 0)
        {
            BadRequest bad = new()
            {
                FieldViolations = { Errors.Select(error => new BadRequest.Types.FieldViolation { Field = error.Path, Description = error.Message }) },
            };
            throw new Status { Code = (int)StatusCode.InvalidArgument, Message = "the policy has errors", Details = { Any.Pack(bad) } }.ToRpcException();
        }

        return Task.FromResult(Answer(request.DryRun, request.ConfirmWithinSeconds));
    }

    public override Task<ApplyPolicyResponse> Rollback(RollbackPolicyRequest request, ServerCallContext context)
    {
        LastRollback = request;
        return Task.FromResult(Answer(request.DryRun, request.ConfirmWithinSeconds));
    }

    public override Task<ImportPolicyResponse> Import(ImportPolicyRequest request, ServerCallContext context)
    {
        LastImport = request;
        return Task.FromResult(new ImportPolicyResponse { Revision = Revision });
    }

    public override Task<DiffPolicyResponse> Diff(DiffPolicyRequest request, ServerCallContext context) =>
        Task.FromResult(new DiffPolicyResponse { Diff = request.ToCase == DiffPolicyRequest.ToOneofCase.Source ? Difference : new PolicyDiff { FromName = "edge", FromRevision = request.FromRevision, ToName = "edge", ToRevision = request.ToRevision } });

    public override Task<ConfirmPolicyResponse> Confirm(ConfirmPolicyRequest request, ServerCallContext context) => request.Revision == 7
        ? Task.FromResult(new ConfirmPolicyResponse { Revision = Revision })
        : throw Mismatch(request.Revision);

    public override Task<PolicyHistoryResponse> History(PolicyHistoryRequest request, ServerCallContext context) =>
        Task.FromResult(request.PageToken.Length == 0
            ? new PolicyHistoryResponse { Revisions = { Trial }, NextPageToken = "7" }
            : new PolicyHistoryResponse { Revisions = { Old } });

    public override async Task Watch(WatchPolicyRequest request, IServerStreamWriter<PolicyChange> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new PolicyChange
        {
            Kind = PolicyChange.Types.Kind.Reverted,
            Revision = Old,
            PreviousRevision = 7,
            UnixNanos = 1_700_000_000_123_456_789,
        });
        await responseStream.WriteAsync(new PolicyChange { Kind = PolicyChange.Types.Kind.Cleared, PreviousRevision = 5, UnixNanos = 1_700_000_000_123_456_789 });
    }

    public override Task<ValidatePolicyResponse> Validate(ValidatePolicyRequest request, ServerCallContext context)
    {
        LastValidate = request;
        if (ValidateFails)
        {
            throw new RpcException(new Rpc.Status(StatusCode.Internal, "validation is broken"));
        }

        return Task.FromResult(Errors.Count > 0
            ? new ValidatePolicyResponse { Errors = { Errors } }
            : new ValidatePolicyResponse { Compiled = Applied.Compiled });
    }

    public override Task<GetPolicyResponse> Get(GetPolicyRequest request, ServerCallContext context) =>
        Task.FromResult(request.Revision != 0 ? new GetPolicyResponse { Policy = Policy, Yaml = Yaml, Revision = Old }
            : Running == 0 ? new GetPolicyResponse() : new GetPolicyResponse { Applied = Applied, Policy = Policy, Yaml = Yaml });

    public override Task<ClearPolicyResponse> Clear(ClearPolicyRequest request, ServerCallContext context)
    {
        LastClear = request;
        RefuseOtherThan(request.ExpectedRevision);
        return Task.FromResult(new ClearPolicyResponse { ClearedRevision = Running });
    }

    private static ApplyPolicyResponse Answer(bool dryRun, uint trial) => dryRun
        ? new ApplyPolicyResponse { Plan = Plan }
        : new ApplyPolicyResponse { Applied = Applied, Plan = Plan, Revision = trial == 0 ? Revision : Trial };

    private static RpcException Mismatch(ulong expected) => new Status
    {
        Code = (int)StatusCode.FailedPrecondition,
        Message = $"Revision {expected} does not run. Revision 7 runs.",
        Details =
        {
            Any.Pack(new ErrorInfo
            {
                Reason = "REVISION_MISMATCH",
                Domain = "gateway.v1",
                Metadata = { { "expected_revision", $"{expected}" }, { "running_revision", "7" }, { "running_name", "edge" } },
            }),
        },
    }.ToRpcException();

    private void RefuseOtherThan(ulong revision)
    {
        if (revision != 0 && revision != Running)
        {
            throw new RpcException(new Rpc.Status(StatusCode.FailedPrecondition, $"revision {Running} is running, not {revision}"));
        }
    }
}
