namespace Gateway.Daemon.Access;

/// <summary>Who calls.</summary>
/// <param name="Name">For people and the audit log: "alice (uid 1000)", "spiffe://example.net/noc/bob".</param>
/// <param name="ShortName">For the history of policies: "alice", or as <paramref name="Name"/>.</param>
/// <param name="Role">What the access list gives them.</param>
/// <param name="Expires">When their certificate ends, UTC; null without one.</param>
internal sealed record CallerIdentity(string Name, string ShortName, Role Role, DateTime? Expires = null)
{
    /// <summary>Of a call that came by no transport that says who calls.</summary>
    public static CallerIdentity Unknown { get; } = new("an unknown caller", "", Role.None);
}
