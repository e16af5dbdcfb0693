using System.Runtime.CompilerServices;
using System.Security.Cryptography.X509Certificates;
using Gateway.Rpc;

namespace Gateway.Daemon.Access;

/// <summary>Tells who calls and what role they have; once for each connection.</summary>
internal sealed class Callers(IReadOnlyList<AccessRule> rules, uint daemonUser)
{
    private readonly ConditionalWeakTable<object, CallerIdentity> _known = [];

    /// <summary>The caller of a call; it is remembered with the call.</summary>
    public CallerIdentity Identify(ServerCallContext context)
    {
        CallerIdentity caller =
            context.PeerCredentials is { } peer ? _known.GetValue(peer, _ => Of(peer))
            : context.ClientCertificate is { } certificate ? _known.GetValue(certificate, _ => Of(certificate))
            : CallerIdentity.Unknown;
        context.UserState[typeof(CallerIdentity)] = caller;
        return caller;
    }

    /// <summary>The caller that was identified.</summary>
    public static CallerIdentity Of(ServerCallContext context) =>
        context.UserState.TryGetValue(typeof(CallerIdentity), out object? caller) ? (CallerIdentity)caller! : CallerIdentity.Unknown;

    /// <summary>A process on this machine. Root, and the user the daemon runs as, could do everything without asking.</summary>
    internal CallerIdentity Of(PeerCredentials peer)
    {
        Role role = peer.UserId == 0 || peer.UserId == daemonUser ? Role.Admin : Highest(rule => rule.Kind switch
        {
            CallerKind.User => SystemAccounts.IsUser(peer.UserId, rule.Name),
            CallerKind.Group => peer.SupplementaryGroups.Append(peer.GroupId).Any(group => SystemAccounts.IsGroup(group, rule.Name)),
            _ => false,
        }).Role;
        string? name = SystemAccounts.UserName(peer.UserId);
        return name is null
            ? new CallerIdentity($"uid {peer.UserId}", $"uid {peer.UserId}", role)
            : new CallerIdentity($"{name} (uid {peer.UserId})", name, role);
    }

    /// <summary>The owner of a certificate that was checked.</summary>
    internal CallerIdentity Of(X509Certificate2 certificate)
    {
        CertificateNames names = CertificateNames.Of(certificate);
        (Role role, AccessRule? rule) = Highest(rule => names.Uris.Any(rule.IsUri) || names.Dns.Any(rule.IsDns));
        string name = (rule is null ? null : names.Uris.FirstOrDefault(rule.IsUri) ?? names.Dns.FirstOrDefault(rule.IsDns))
            ?? names.Uris.Concat(names.Dns).FirstOrDefault() ?? certificate.Subject;
        return new CallerIdentity(name, name, role, certificate.NotAfter.ToUniversalTime());
    }

    private (Role Role, AccessRule? Rule) Highest(Func<AccessRule, bool> fits)
    {
        AccessRule? highest = rules.Where(fits).MaxBy(rule => rule.Role);
        return (highest?.Role ?? Role.None, highest);
    }
}
