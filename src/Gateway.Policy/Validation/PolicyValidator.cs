namespace Gateway.Policy;

/// <summary>Checks what a policy means against the gateway it is for. Every validator reports all it finds.</summary>
public static class PolicyValidator
{
    /// <summary>Selectors may be nested this deep.</summary>
    public const int MaxSelectorDepth = 32;

    private static readonly IPolicyValidator[] s_validators =
    [
        new NameValidator(),
        new PlacementValidator(),
        new SelectorValidator(),
        new ConditionValidator(),
        new FamilyValidator(),
        new PlaceValidator(),
        new ActorListValidator(),
        new RateLimitValidator(),
        new RedirectValidator(),
        new BlkSubflowValidator(),
        new AddSubflowValidator(),
        new MarkValidator(),
        new RewriteValidator(),
        new CustomValidator(),
    ];

    /// <summary>Finds everything that is wrong with a document; lines and columns are 0.</summary>
    public static IReadOnlyList<PolicyError> Validate(PolicyDocument document, PolicyEnvironment environment) =>
        Validate(new ReadDocument(document, [], new Dictionary<string, SourcePosition>()), environment);

    internal static IReadOnlyList<PolicyError> Validate(ReadDocument read, PolicyEnvironment environment)
    {
        if (read.Document is null)
        {
            return [];
        }

        var context = new ValidationContext(read, read.Document, environment);
        foreach (IPolicyValidator validator in s_validators)
        {
            validator.Validate(context);
        }

        return context.Errors;
    }
}
