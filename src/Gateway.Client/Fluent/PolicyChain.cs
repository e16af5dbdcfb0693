using Gateway.V1;

namespace Gateway.Client;

/// <summary>
/// A chain of a policy, written in C#. Immutable: every call returns a new chain. The gateway checks names
/// and values when the policy is applied.
/// </summary>
/// <example>
/// <code>
/// Policy policy = PolicyChain.Named("demote-lte")
///     .Select(s => s.Src("10.0.2.0/24").And.PacketType(PacketType.Data))
///     .Do(a => a.SetBackup().Record())
///     .ToPolicy("lte-is-backup");
/// </code>
/// </example>
public sealed class PolicyChain
{
    private readonly Chain _chain;

    private PolicyChain(Chain chain) => _chain = chain;

    /// <summary>A chain for every TCP packet that enters, without actors.</summary>
    /// <param name="name">Unique in the policy, 1-31 characters [a-z0-9-].</param>
    public static PolicyChain Named(string name) => new(new Chain { Name = name });

    /// <summary>The policy of these chains; on equal priority the first one that matches runs.</summary>
    /// <param name="name">Name for people, 1-63 characters [a-z0-9-].</param>
    /// <param name="chains">At most 1024.</param>
    public static Policy Policy(string name, params IEnumerable<PolicyChain> chains)
    {
        ArgumentNullException.ThrowIfNull(chains);
        return new Policy { Name = name, Chains = { chains.Select(chain => chain.ToChain()) } };
    }

    /// <summary>Sets the priority: of all chains that match a packet the highest runs. 0 unless set.</summary>
    public PolicyChain Priority(ushort priority) => With(chain => chain.Priority = priority);

    /// <summary>Adds hooks to run at; ingress when none is added.</summary>
    public PolicyChain At(params IEnumerable<Hook> hooks) => With(chain => chain.Hooks.Add(hooks));

    /// <summary>Adds NICs to run at; all managed ports when none is added.</summary>
    public PolicyChain On(params IEnumerable<string> ports) => With(chain => chain.Ports.Add(ports));

    /// <summary>Sets which packets the chain is for.</summary>
    public PolicyChain Select(Func<SelectorBuilder<SingleSelection>, Selection> select)
    {
        ArgumentNullException.ThrowIfNull(select);
        Selector selector = select(SelectorBuilder.Start).Selector;
        return With(chain => chain.Select = selector);
    }

    /// <summary>Adds actors; they run in order.</summary>
    public PolicyChain Do(Func<ActorBuilder, ActorBuilder> actors)
    {
        ArgumentNullException.ThrowIfNull(actors);
        IReadOnlyList<Actor> added = actors(ActorBuilder.Start).Actors;
        return With(chain => chain.Actors.Add(added));
    }

    /// <summary>The chain as the message the gateway takes.</summary>
    public Chain ToChain() => _chain.Clone();

    /// <summary>The policy of this chain alone.</summary>
    /// <param name="name">Name for people, 1-63 characters [a-z0-9-].</param>
    public Policy ToPolicy(string name) => Policy(name, this);

    private PolicyChain With(Action<Chain> change)
    {
        Chain chain = _chain.Clone();
        change(chain);
        return new PolicyChain(chain);
    }
}
