using Gateway.Daemon.Policies;
using Gateway.Policy;
using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.PolicyService.</summary>
internal sealed class PolicyService(PolicyControl control) : PolicyServiceBase
{
    public override Task<ApplyPolicyResponse> Apply(ApplyPolicyRequest request, ServerCallContext context) =>
        Task.FromResult(new ApplyPolicyResponse { Applied = PolicyMessages.Of(control.Apply(request.Source, request.ExpectedRevision)) });

    public override Task<ValidatePolicyResponse> Validate(ValidatePolicyRequest request, ServerCallContext context)
    {
        PolicyLoadResult loaded = control.Validate(request.Source);
        var response = new ValidatePolicyResponse { Compiled = loaded.Compiled is null ? null : PolicyMessages.SizeOf(loaded.Compiled) };
        response.Errors.AddRange(loaded.Errors.Select(PolicyMessages.Of));
        return Task.FromResult(response);
    }

    public override Task<GetPolicyResponse> Get(GetPolicyRequest request, ServerCallContext context)
    {
        (DataPlane.AppliedPolicy? applied, PolicyDocument? document) = control.Running;
        return Task.FromResult(applied is null
            ? new GetPolicyResponse()
            : new GetPolicyResponse
            {
                Applied = PolicyMessages.Of(applied),
                Policy = document is null ? null : PolicyMessageWriter.Write(document),
                Yaml = applied.Text.Yaml,
            });
    }

    public override Task<ClearPolicyResponse> Clear(ClearPolicyRequest request, ServerCallContext context) =>
        Task.FromResult(new ClearPolicyResponse { ClearedRevision = control.Clear(request.ExpectedRevision)?.Text.Revision ?? 0 });
}
