namespace Gateway.Policy;

/// <summary>Ports and MAC addresses of redirect.</summary>
internal sealed class RedirectValidator : IPolicyValidator
{
    private const int MaxWeight = 16;
    private const int MaxNics = 8;

    public void Validate(ValidationContext context) =>
        context.ForEachActor<RedirectActor>(actor =>
        {
            CheckPorts(context, actor.Ports);
            CheckWeights(context, actor);
            if (actor.Mac is GivenMac given)
            {
                context.Path.Push("mac");
                CheckMac(context, "dst", given.Destination);
                if (given.Source is { } source)
                {
                    CheckMac(context, "src", source);
                }

                context.Path.Pop();
            }
        });

    private static void CheckPorts(ValidationContext context, ValueList<string> ports)
    {
        string key = ports.Count == 1 ? "port" : "spread";
        if (ports.Count == 0)
        {
            context.ReportAt(key, "The list is empty.", "Write at least one NIC name.");
        }
        else if (ports.Count > MaxNics)
        {
            context.ReportAt(key, $"The redirect spreads over {ports.Count} NICs; the limit is {MaxNics}.", "Split it over several chains.");
        }

        for (int i = 0; i < ports.Count; i++)
        {
            if (!context.Environment.Ports.ContainsKey(ports[i]))
            {
                context.ReportAt(key, $"'{ports[i]}' is not a managed port.", Spelling.Hint(ports[i], [.. context.Environment.Ports.Keys]));
            }
            else if (ports.Take(i).Contains(ports[i]))
            {
                context.ReportAt(key, $"The port {ports[i]} stands here twice.", "Keep one of them.");
            }
        }
    }

    private static void CheckWeights(ValidationContext context, RedirectActor actor)
    {
        if (actor.Weights.Count == 0)
        {
            return;
        }

        if (actor.Weights.Count != actor.Ports.Count || actor.Weights.Any(weight => weight is < 1 or > MaxWeight))
        {
            context.ReportAt("spread", "A weight is out of range.", $"Use 1 to {MaxWeight} for each NIC.");
        }
        else if (RedirectShares.Sequence(actor).Count is var places && places > RedirectShares.MaxPlaces)
        {
            context.ReportAt("spread", $"The weights come to {places} places; the limit is {RedirectShares.MaxPlaces}.", "Use smaller weights with the same ratio.");
        }
    }

    private static void CheckMac(ValidationContext context, string key, MacAddress address)
    {
        if (address.IsGroup || address.Value is 0 or > 0xffff_ffff_ffff)
        {
            context.ReportAt(key, $"{address} is not the address of one host.", "Use a unicast MAC address.");
        }
    }
}
