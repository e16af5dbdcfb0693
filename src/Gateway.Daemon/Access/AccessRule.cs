namespace Gateway.Daemon.Access;

/// <summary>An entry of the access list: who, and the role they get. Of all that fit a caller the highest role holds.</summary>
internal sealed record AccessRule(CallerKind Kind, string Name, Role Role)
{
    private const int LongestName = 2048;
    private const string Below = "/*";

    /// <summary>The kinds as they are written.</summary>
    public static string[] Kinds { get; } = ["user", "group", "uri", "dns"];

    /// <summary>What is wrong with a name; null when nothing is.</summary>
    public static string? Problem(CallerKind kind, string name)
    {
        if (name.Length is 0 or > LongestName || name.Any(c => c <= ' ' || c > '~'))
        {
            return $"'{name}' is no {Kinds[(int)kind]}: write 1 to {LongestName} printable ASCII characters.";
        }

        return kind switch
        {
            CallerKind.Uri when name.AsSpan(0, name.Length - 1).Contains('*') || name[^1] == '*' && !name.EndsWith(Below, StringComparison.Ordinal) =>
                $"'{name}' has a * that is not its last segment: write it as in spiffe://example.net/noc/*.",
            CallerKind.Uri when !System.Uri.TryCreate(name, UriKind.Absolute, out _) =>
                $"'{name}' is no URI: write one like spiffe://example.net/noc or spiffe://example.net/noc/*.",
            CallerKind.Dns when System.Uri.CheckHostName(name) != UriHostNameType.Dns => $"'{name}' is no DNS name: write one like noc.example.net.",
            _ => null,
        };
    }

    /// <summary>Whether a URI of a certificate is meant.</summary>
    public bool IsUri(string uri) =>
        Kind == CallerKind.Uri
        && (uri == Name
            || (Name.EndsWith(Below, StringComparison.Ordinal) && uri.Length >= Name.Length && uri.StartsWith(Name[..^1], StringComparison.Ordinal)));

    /// <summary>Whether a DNS name of a certificate is meant.</summary>
    public bool IsDns(string name) => Kind == CallerKind.Dns && string.Equals(name, Name, StringComparison.OrdinalIgnoreCase);
}
