using Gateway.Client;
using Gateway.Demo;
using Gateway.Lab;
using Gateway.V1;
using Hook = Gateway.V1.Hook;
using Policy = Gateway.V1.Policy;

namespace Gateway.Adverse;

/// <summary>The policies that take turns while data flows, and what their actors did.</summary>
internal sealed class PolicyRotation
{
    private const ulong LimitBitsPerSecond = 8_000_000;
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>Counters that say an actor did its work.</summary>
    private static readonly Reason[] s_acted = [Reason.Done, Reason.Redirected, Reason.Injected];

    /// <summary>What must never be counted: the gateway failed at an edit, or took its own for broken.</summary>
    private static readonly Reason[] s_never = [Reason.WriteFailed, Reason.UnknownActor, Reason.BadRequest, Reason.MalformedOptions, Reason.BadTcpHeader];

    private readonly GatewayUnderLab _gateway;
    private readonly StepLog _log;
    private readonly (string Chain, Policy Policy)[] _policies;
    private readonly string _secondClient;
    private int _next;

    /// <param name="lab">The hosts.</param>
    /// <param name="gateway">Where the policies come into force.</param>
    /// <param name="log">Is told of each of them.</param>
    internal PolicyRotation(MptcpLab lab, GatewayUnderLab gateway, StepLog log)
    {
        _gateway = gateway;
        _log = log;
        bool spread = lab.Options.Mode is LabMode.Spread;
        string first = lab.Paths[0].GatewayServerPort, second = lab.Paths[1].GatewayServerPort;
        _secondClient = lab.Paths[1].Client(lab.Options.Family).ToString();
        PolicyChain demoted = PolicyChain.Named(DemoteChain).Select(s => s.IpPair(_secondClient, lab.Options.Family == Family.V4 ? "0.0.0.0/0" : "::/0"));
        _policies =
        [
            Alone(RewriteChain, c => c.Select(s => s.DstPort(MptcpLab.Port)).Do(a => a.Rewrite(srcPort: RewrittenPorts))),
            (DemoteChain, demoted.Do(a => a.SetBackup()).ToPolicy(DemoteChain)),
            Alone("limit", c => c.Do(a => a.RateLimit(LimitBitsPerSecond))),
            .. spread
                ? ((string, Policy)[])[Alone("spread", c => c.At(Hook.Egress).On(first, second).Select(s => s.DstPort(MptcpLab.Port)).Do(a => a.Redirect(first, second)))]
                : [],
            Alone("watch", c => c.Do(a => a.Record().Count())),
            Alone(PromoteChain, c => c.Do(a => a.SetBackup(false))),
        ];
        Actors = ["rewrite", "set_backup", "rate_limit", .. spread ? (string[])["redirect"] : [], "record", "count"];
    }

    /// <summary>Source ports the server sees of connections that begin under the policy of the first turn.</summary>
    internal static (ushort First, ushort Last) RewrittenPorts => (40000, 40999);

    /// <summary>Actors that must have acted after whole turns.</summary>
    internal IReadOnlyList<string> Actors { get; }

    /// <summary>Packets on which each actor did its work.</summary>
    internal Dictionary<string, ulong> Acted { get; } = [];

    /// <summary>What was counted that never must be.</summary>
    internal SortedSet<string> Wrong { get; } = [];

    /// <summary>Policies applied.</summary>
    internal int Swaps { get; private set; }

    private static string RewriteChain => "rewrite";

    private static string DemoteChain => "demote";

    private static string PromoteChain => "promote";

    /// <summary>Every policy in turn, each until an actor of it has done its work; a subflow that is backup may not carry many packets.</summary>
    internal async Task WholeTurnAsync()
    {
        for (int i = 0; i < _policies.Length; i++)
        {
            string chain = await SwapAsync();
            await Wait.UntilAsync(async () => await HasActedAsync(chain) || (chain == DemoteChain && await AreAllDemotedAsync()), $"chain {chain} has done its work", s_patience);
        }
    }

    /// <summary>Policies in turn without any pause.</summary>
    internal async Task BurstAsync(int swaps)
    {
        for (int i = 0; i < swaps; i++)
        {
            await SwapAsync();
        }
    }

    /// <summary>Policies in turn until the one that makes no subflow a backup: hosts keep what they were told before.</summary>
    internal async Task PromoteAsync()
    {
        while (await SwapAsync() != PromoteChain)
        {
        }
    }

    /// <summary>The next policy comes into force. Returns its chain.</summary>
    internal async Task<string> SwapAsync()
    {
        await NoteAsync();
        (string chain, Policy policy) = _policies[_next++ % _policies.Length];
        using var limit = new CancellationTokenSource(Wait.Patiently(s_patience));
        await _gateway.Client.Policies.ApplyAsync(policy, cancellationToken: limit.Token);
        Swaps++;
        _log.Tell($"{chain} is in force");
        return chain;
    }

    /// <summary>Takes into account what the running policy counted: with its chain the counters go.</summary>
    internal async Task NoteAsync()
    {
        CountersResponse counters = await _gateway.Client.Telemetry.CountersAsync();
        foreach (ActorCounters actor in counters.Chains.SelectMany(c => c.Actors))
        {
            foreach (ReasonCount count in actor.Reasons)
            {
                if (s_acted.Contains(count.Reason))
                {
                    Acted[actor.Actor] = Acted.GetValueOrDefault(actor.Actor) + count.Packets;
                }
                else if (s_never.Contains(count.Reason) && count.Packets > 0)
                {
                    Wrong.Add($"{actor.Actor}: {count.Packets} {count.Reason}");
                }
            }
        }

        foreach (PortCounters port in counters.Ports)
        {
            foreach (ReasonCount count in port.Reasons.Where(r => s_never.Contains(r.Reason) && r.Packets > 0))
            {
                Wrong.Add($"{port.Nic} {port.Hook}: {count.Reason}");
            }
        }
    }

    private async Task<bool> HasActedAsync(string chain) => (await _gateway.Client.Telemetry.CountersAsync()).Chains
        .Where(c => c.Chain == chain)
        .SelectMany(c => c.Actors)
        .SelectMany(a => a.Reasons)
        .Any(r => s_acted.Contains(r.Reason) && r.Packets > 0);

    /// <summary>In a burst the policy that promotes may go before a packet came to carry it: nothing is left to demote then.</summary>
    private async Task<bool> AreAllDemotedAsync()
    {
        Subflow[] second = [.. (await _gateway.Client.Connections.ListAsync()).Connections
            .SelectMany(c => c.Subflows)
            .Where(s => s.State == SubflowState.Established && s.ClientAddress == _secondClient)];
        return second.Length > 0 && second.All(s => s.ClientBackup && s.ServerBackup);
    }

    private static (string Chain, Policy Policy) Alone(string name, Func<PolicyChain, PolicyChain> chain) =>
        (name, chain(PolicyChain.Named(name)).ToPolicy(name));
}
