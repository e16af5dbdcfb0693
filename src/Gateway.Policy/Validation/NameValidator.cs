namespace Gateway.Policy;

/// <summary>Names of the policy and of its chains.</summary>
internal sealed class NameValidator : IPolicyValidator
{
    private const int MaxPolicyName = 63;
    private const int MaxChainName = 31;

    public void Validate(ValidationContext context)
    {
        CheckName(context, context.Document.Name, MaxPolicyName);
        var firstUse = new Dictionary<string, int>(StringComparer.Ordinal);
        int index = 0;
        context.ForEachChain(chain =>
        {
            CheckName(context, chain.Name, MaxChainName);
            if (chain.Name.Length > 0 && !firstUse.TryAdd(chain.Name, index))
            {
                context.ReportAt("name", $"The name '{chain.Name}' is already that of chains[{firstUse[chain.Name]}].", "Give every chain its own name.");
            }

            index++;
        });
    }

    private static void CheckName(ValidationContext context, string name, int maxLength)
    {
        if (name.Length == 0 || name.Length > maxLength || !name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c == '-'))
        {
            context.ReportAt("name", $"'{name}' is not a name.", $"Use 1 to {maxLength} lower-case letters, digits and hyphens.");
        }
    }
}
