using System.Globalization;

namespace Gateway.Policy;

/// <summary>
/// A policy with acts on live subflows. Before each chain stands one for the subflow's packets of that chain, with the
/// act's actors first; last of all one for packets of the subflow that no chain runs on.
/// </summary>
public static class ActComposer
{
    /// <summary>Composes a document that runs as the given one does, but for the acts.</summary>
    public static PolicyDocument Compose(PolicyDocument document, IReadOnlyCollection<SubflowAct> acts)
    {
        if (acts.Count == 0)
        {
            return document;
        }

        var chains = new List<Chain>();
        for (int i = 0; i < document.Chains.Count; i++)
        {
            Chain chain = document.Chains[i];
            if (chain.Hooks.HasFlag(Hooks.Ingress))
            {
                // On equal priority the first runs.
                chains.AddRange(acts.Select(act => chain with
                {
                    Name = NameOf(act, i),
                    Select = chain.Select is { } select ? new AllSelector([act.Subflow, select]) : act.Subflow,
                    Actors = ActorsOf(act, chain),
                }));
            }

            chains.Add(chain);
        }

        chains.AddRange(acts.Select(act => new Chain(NameOf(act, null), 0, Hooks.Ingress, [], act.Subflow, act.Actors)));
        return document with { Chains = ValueList.From(chains) };
    }

    /// <summary>The act's actors, then those of the chain that are of another kind.</summary>
    private static ValueList<Actor> ActorsOf(SubflowAct act, Chain chain)
    {
        if (act.Actors.Any(a => a is CloseSubflowActor))
        {
            return act.Actors;
        }

        return ValueList.From(act.Actors.Concat(chain.Actors.Where(own => act.Actors.All(a => a.GetType() != own.GetType()))));
    }

    private static string NameOf(SubflowAct act, int? chain) => chain is int index
        ? string.Create(CultureInfo.InvariantCulture, $"act-{act.Number}-{index}")
        : string.Create(CultureInfo.InvariantCulture, $"act-{act.Number}");
}
