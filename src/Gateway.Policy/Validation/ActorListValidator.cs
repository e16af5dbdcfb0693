namespace Gateway.Policy;

/// <summary>Which actors go together in a chain.</summary>
internal sealed class ActorListValidator : IPolicyValidator
{
    public void Validate(ValidationContext context) =>
        context.ForEachChain(chain =>
        {
            int limit = CompilerLimits.Default.ActorsPerChain;
            if (chain.Actors.Count == 0 || chain.Actors.Count > limit)
            {
                context.ReportAt("actors", $"The chain has {chain.Actors.Count} actors.", $"Give it 1 to {limit}.");
            }

            for (int i = 0; i < chain.Actors.Count; i++)
            {
                Check(context, chain.Actors, i);
            }
        });

    private static void Check(ValidationContext context, ValueList<Actor> actors, int index)
    {
        Actor actor = actors[index];
        if (actor is UnreadableActor)
        {
            return;
        }

        for (int first = 0; first < index; first++)
        {
            if (actors[first].GetType() == actor.GetType() && actor is not (CountActor or MarkActor or MirrorActor or TraceActor or CustomActor))
            {
                context.ReportAt("actors", index, $"The actor {ActorNames.Of(actor)} already stands at actors[{first}].", "Keep one of them.");
                break;
            }
        }

        if (actor is not DropActor)
        {
            return;
        }

        if (index != actors.Count - 1)
        {
            context.ReportAt("actors", index, "Actors after drop see no packet.", "Make drop the last actor.");
        }

        if (actors.Any(a => a is RedirectActor))
        {
            context.ReportAt("actors", index, "A chain cannot both redirect and drop a packet.", "Remove redirect or drop.");
        }
    }
}
