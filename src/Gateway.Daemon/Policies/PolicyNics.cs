using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>Finds the NICs a policy names.</summary>
internal static class PolicyNics
{
    /// <summary>Names of the chains that name any of the NICs.</summary>
    public static IReadOnlyList<string> ChainsNaming(PolicyDocument document, IReadOnlyCollection<string> nics) =>
        [.. document.Chains.Where(c => Of(c).Any(nics.Contains)).Select(c => c.Name)];

    /// <summary>
    /// The ports a policy was written for: those that are attached, and those it names that are not. The latter have port
    /// indexes from the top that no packet comes with; when they are attached the policy is compiled again.
    /// </summary>
    public static PolicyEnvironment Expecting(PolicyDocument document, PolicyEnvironment attached)
    {
        var ports = new Dictionary<string, int>(attached.Ports, StringComparer.Ordinal);
        HashSet<int> taken = [.. ports.Values];
        int free = PolicyEnvironment.MaxPorts - 1;
        foreach (string nic in document.Chains.SelectMany(Of).Where(nic => !ports.ContainsKey(nic)).Distinct(StringComparer.Ordinal).ToList())
        {
            while (free >= 0 && taken.Contains(free))
            {
                free--;
            }

            if (free < 0)
            {
                break;
            }

            ports.Add(nic, free--);
        }

        return new PolicyEnvironment(ports, attached.Operators, attached.SubflowSets);
    }

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
