using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>Finds the NICs a policy names.</summary>
internal static class PolicyNics
{
    /// <summary>Names of the chains that name any of the NICs.</summary>
    public static IReadOnlyList<string> ChainsNaming(PolicyDocument document, IReadOnlyCollection<string> nics) =>
        [.. document.Chains.Where(c => Of(c).Any(nics.Contains)).Select(c => c.Name)];

    private static IEnumerable<string> Of(Chain chain) =>
        chain.Ports
            .Concat(chain.Select is null ? [] : Of(chain.Select))
            .Concat(chain.Actors.OfType<RedirectActor>().SelectMany(r => r.Ports))
            .Concat(chain.Actors.OfType<MirrorActor>().Select(m => m.Port));

    private static IEnumerable<string> Of(Selector selector) => selector switch
    {
        AllSelector all => all.Selectors.SelectMany(Of),
        AnySelector any => any.Selectors.SelectMany(Of),
        NotSelector not => Of(not.Selector),
        IngressPortSelector ingress => ingress.Ports,
        EgressPortSelector egress => egress.Ports,
        _ => [],
    };
}
