namespace Gateway.Policy;

/// <summary>How many chains there are, and the priority, hooks and ports of each.</summary>
internal sealed class PlacementValidator : IPolicyValidator
{
    private const int MaxPriority = 65535;

    public void Validate(ValidationContext context)
    {
        int limit = CompilerLimits.Default.Chains;
        if (context.Document.Chains.Count > limit)
        {
            context.ReportAt("chains", $"The policy has {context.Document.Chains.Count} chains; the limit is {limit}.", "Join chains with the same actors by any.");
        }

        context.ForEachChain(chain =>
        {
            if (chain.Priority is < 0 or > MaxPriority)
            {
                context.ReportAt("priority", $"The priority {chain.Priority} is out of range.", $"Use a number from 0 to {MaxPriority}; higher wins.");
            }

            if (chain.Hooks is Hooks.None || (chain.Hooks & ~(Hooks.Ingress | Hooks.Egress)) != 0)
            {
                context.ReportAt("hooks", "The chain runs at no known hook.", "Write [ingress], [egress] or both.");
            }

            for (int i = 0; i < chain.Ports.Count; i++)
            {
                string port = chain.Ports[i];
                if (!context.Environment.Ports.ContainsKey(port))
                {
                    context.ReportAt("ports", i, $"'{port}' is not a managed port.", Spelling.Hint(port, [.. context.Environment.Ports.Keys]));
                }
                else if (chain.Ports.Take(i).Contains(port))
                {
                    context.ReportAt("ports", i, $"The port {port} stands here twice.", "Keep one of them.");
                }
            }
        });
    }
}
