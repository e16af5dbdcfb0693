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

    public static Policy Policy => new()
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

        return Task.FromResult(new ApplyPolicyResponse { Applied = Applied });
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
        Task.FromResult(Running == 0 ? new GetPolicyResponse() : new GetPolicyResponse { Applied = Applied, Policy = Policy, Yaml = Yaml });

    public override Task<ClearPolicyResponse> Clear(ClearPolicyRequest request, ServerCallContext context)
    {
        LastClear = request;
        RefuseOtherThan(request.ExpectedRevision);
        return Task.FromResult(new ClearPolicyResponse { ClearedRevision = Running });
    }

    private void RefuseOtherThan(ulong revision)
    {
        if (revision != 0 && revision != Running)
        {
            throw new RpcException(new Rpc.Status(StatusCode.FailedPrecondition, $"revision {Running} is running, not {revision}"));
        }
    }
}
