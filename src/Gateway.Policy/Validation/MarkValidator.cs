namespace Gateway.Policy;

/// <summary>Values of mark, and where mark and mirror can act.</summary>
internal sealed class MarkValidator : IPolicyValidator
{
    private const int MaxDscp = 63;

    public void Validate(ValidationContext context)
    {
        context.ForEachActor<MarkActor>(actor =>
        {
            if (actor.Skb is null && actor.Dscp is null)
            {
                context.Report("This mark sets nothing.", "Give skb, dscp or both.");
            }

            if (actor.Dscp > MaxDscp)
            {
                context.ReportAt("dscp", $"{actor.Dscp} is not a DSCP.", $"Use 0 to {MaxDscp}.");
            }
        });
        context.ForEachActor<MirrorActor>(actor =>
        {
            if (!context.Environment.Ports.ContainsKey(actor.Port))
            {
                context.ReportAt("port", $"'{actor.Port}' is not a managed port.", Spelling.Hint(actor.Port, [.. context.Environment.Ports.Keys]));
            }
        });
        context.ForEachChain(chain =>
        {
            for (int i = 0; chain.Hooks.HasFlag(Hooks.Ingress) && i < chain.Actors.Count; i++)
            {
                if (chain.Actors[i] is MarkActor { Skb: not null })
                {
                    context.ReportAt("actors", i, "XDP, which runs at ingress, has no socket buffer to mark.", "Give the chain hooks: [egress], or set dscp.");
                }
                else if (chain.Actors[i] is MirrorActor)
                {
                    context.ReportAt("actors", i, "XDP, which runs at ingress, cannot copy a packet.", "Give the chain hooks: [egress].");
                }
            }
        });
    }
}
