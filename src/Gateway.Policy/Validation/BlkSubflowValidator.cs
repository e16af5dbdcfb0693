namespace Gateway.Policy;

/// <summary>blk_subflow must block something.</summary>
internal sealed class BlkSubflowValidator : IPolicyValidator
{
    public void Validate(ValidationContext context) =>
        context.ForEachActor<BlkSubflowActor>(actor =>
        {
            if (!actor.IPv4 && !actor.IPv6 && !actor.RefuseJoin)
            {
                context.Report("This blk_subflow blocks nothing.", "Give addresses, or refuse_join: on.");
            }
        });
}
