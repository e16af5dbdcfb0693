using Gateway.Daemon.Policies;
using Gateway.Daemon.Services;
using Gateway.DataPlane;
using Gateway.Policy;
using Gateway.V1;
using Actor = Gateway.Policy.Actor;
using SubflowSelector = Gateway.Policy.SubflowSelector;

namespace Gateway.Daemon.Connections;

/// <summary>Acts on live subflows: finds the subflows, reads the actor, and forgets what has ended.</summary>
internal sealed class SubflowActs(ConnectionTracker tracker, FlowReconciler reconciler, PolicyControl policies, KernelDataPlane dataPlane)
{
    private const string Head = "version: 1\nname: act\nchains:\n- name: act\n  priority: 1\n  actors:\n  - ";

    /// <returns>Ordinals of the subflows it was done to.</returns>
    /// <exception cref="Rpc.RpcException">As ConnectionService.Act says.</exception>
    public IReadOnlyList<uint> Run(ActRequest request)
    {
        Actor? actor = Read(request);
        reconciler.Refresh();
        Connection connection = tracker.List(includeClosed: false).FirstOrDefault(c => c.Id == request.ConnectionId)
            ?? throw ServiceErrors.NotFound($"There is no open connection {request.ConnectionId}: 'gatewayctl connection list' shows those there are.");
        List<Subflow> subflows = [.. connection.Subflows.Where(s => IsOpen(s) && (request.Subflow == 0 || s.Ordinal == request.Subflow))];
        if (subflows.Count == 0)
        {
            throw ServiceErrors.NotFound($"Connection {request.ConnectionId} has no open subflow{(request.Subflow == 0 ? "" : $" {request.Subflow}")}.");
        }

        policies.Act([.. subflows.Select(SelectorOf)], actor);
        return [.. subflows.Select(s => s.Ordinal)];
    }

    /// <summary>Takes back what was done to subflows that have ended.</summary>
    public void Tidy()
    {
        IReadOnlyList<SubflowSelector> acted = policies.ActedOn;
        if (acted.Count > 0)
        {
            HashSet<SubflowSelector> open = [.. tracker.List(includeClosed: false).SelectMany(c => c.Subflows).Where(IsOpen).Select(SelectorOf)];
            SubflowSelector[] ended = [.. acted.Where(s => !open.Contains(s))];
            if (ended.Length > 0)
            {
                policies.Ended(ended);
            }
        }
    }

    private static bool IsOpen(Subflow subflow) => subflow.State is SubflowState.Handshake or SubflowState.Established or SubflowState.Closing;

    private static SubflowSelector SelectorOf(Subflow subflow) => new(
        IpPrefix.Parse(subflow.ClientAddress), (ushort)subflow.ClientPort, IpPrefix.Parse(subflow.ServerAddress), (ushort)subflow.ServerPort);

    private Actor? Read(ActRequest request)
    {
        PolicySource source;
        switch (request.ActCase)
        {
            case ActRequest.ActOneofCase.Yaml:
                source = new PolicySource { Yaml = Head + request.Yaml.Replace("\n", "\n    ", StringComparison.Ordinal) + "\n" };
                break;
            case ActRequest.ActOneofCase.Actor:
                source = new PolicySource { Policy = new V1.Policy { Name = "act", Chains = { new V1.Chain { Name = "act", Priority = 1, Actors = { request.Actor } } } } };
                break;
            default:
                return null;
        }

        PolicyLoadResult loaded = PolicySources.Load(source, ServiceErrors.Run(() => dataPlane.Environment));
        PolicyDocument document = loaded.Document ?? throw ServiceErrors.InvalidActor(loaded.Errors);
        return document.Chains[0].Actors is [Policy.SetBackupActor or Policy.RateLimitActor or Policy.CloseSubflowActor or Policy.AddSubflowActor]
            ? document.Chains[0].Actors[0]
            : throw ServiceErrors.InvalidArgument("act", "Live subflows take one of set_backup, rate_limit, close_subflow and add_subflow: for others apply a policy.");
    }
}
