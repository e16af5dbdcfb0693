namespace Gateway.Policy;

/// <summary>Addresses of add_subflow.</summary>
internal sealed class AddSubflowValidator : IPolicyValidator
{
    private const int MaxAddresses = 4;

    public void Validate(ValidationContext context) =>
        context.ForEachActor<AddSubflowActor>(actor =>
        {
            if (!actor.GiveBack && actor.Announce.Count == 0)
            {
                context.Report("This add_subflow adds nothing.", "Give give_back: on, or addresses to announce.");
            }

            if (actor.Announce.Count > MaxAddresses)
            {
                context.ReportAt("announce", $"{actor.Announce.Count} addresses are announced; the limit is {MaxAddresses}.", "Leave some out.");
            }

            for (int i = 0; i < actor.Announce.Count; i++)
            {
                AnnouncedAddress address = actor.Announce[i];
                if (!address.Address.IsHost)
                {
                    context.ReportAt("announce", i, $"{address.Address} is not one address.", "Write one address like 10.0.9.2.");
                }

                if (address.Id == 0)
                {
                    context.ReportAt("announce", i, "The address id is out of range.", "Use 1 to 255, one that the host does not use itself.");
                }
                else if (actor.Announce.Take(i).Any(a => a.Id == address.Id))
                {
                    context.ReportAt("announce", i, $"The address id {address.Id} stands here twice.", "Give each address its own.");
                }
            }
        });
}
