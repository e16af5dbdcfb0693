namespace Gateway.Policy;

/// <summary>The names of rate scopes in a policy file.</summary>
internal static class RateScopeNames
{
    private static readonly string[] s_names = ["subflow", "connection", "chain"];

    public static string Of(RateScope scope) => s_names[(int)scope];

    public static bool TryParse(string name, out RateScope scope)
    {
        int index = Array.IndexOf(s_names, name);
        scope = (RateScope)Math.Max(index, 0);
        return index >= 0;
    }
}
