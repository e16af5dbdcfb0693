using Gateway.Daemon.Policies;
using Gateway.Daemon.Services;
using Gateway.Policy;
using Gateway.V1;
using Selector = Gateway.Policy.Selector;

namespace Gateway.Daemon.Telemetry;

/// <summary>The selector of a trace, read and checked as one of a policy is.</summary>
internal static class TraceSelection
{
    private const string Chain = "chains[0].";
    private const string Head = "version: 1\nname: trace\nchains:\n- name: trace\n  priority: 1\n  hooks: [ingress, egress]\n  actors: [count]\n";

    /// <exception cref="Rpc.RpcException">INVALID_ARGUMENT: with every error and its path.</exception>
    public static Selector Read(TraceRequest request, PolicyEnvironment environment)
    {
        PolicyLoadResult loaded = PolicySources.Load(SourceOf(request), environment);
        return loaded.Document is { } document
            ? document.Chains[0].Select ?? new AllSelector([])
            : throw ServiceErrors.InvalidSelector(
                [.. loaded.Errors.Select(e => e with { Path = e.Path.Replace(Chain, "", StringComparison.Ordinal), Line = 0, Column = 0 })]);
    }

    private static PolicySource SourceOf(TraceRequest request)
    {
        if (request.SelectionCase == TraceRequest.SelectionOneofCase.Yaml && request.Yaml.Trim().Length > 0)
        {
            string indented = string.Join('\n', request.Yaml.Split('\n').Select(line => "    " + line));
            return new PolicySource { Yaml = $"{Head}  select:\n{indented}\n" };
        }

        var chain = new V1.Chain { Name = "trace", Priority = 1, Hooks = { V1.Hook.Ingress, V1.Hook.Egress }, Actors = { new V1.Actor { Count = new V1.CountActor() } } };
        if (request.SelectionCase == TraceRequest.SelectionOneofCase.Select)
        {
            chain.Select = request.Select;
        }

        return new PolicySource { Policy = new V1.Policy { Name = "trace", Chains = { chain } } };
    }
}
