namespace Gateway.Policy;

/// <summary>The names of reset reasons in a policy file, in the order of their codes.</summary>
internal static class ResetReasonNames
{
    private static readonly string[] s_names =
        ["unspecified", "mptcp_error", "resources", "prohibited", "outstanding_data", "performance", "middlebox"];

    public static IReadOnlyCollection<string> All => s_names;

    public static string Of(ResetReason reason) => s_names[(int)reason];

    public static bool TryParse(string name, out ResetReason reason)
    {
        int code = Array.IndexOf(s_names, name);
        reason = (ResetReason)Math.Max(code, 0);
        return code >= 0;
    }
}
