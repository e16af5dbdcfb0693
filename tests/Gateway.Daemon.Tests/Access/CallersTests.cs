using System.Security.Cryptography.X509Certificates;
using Gateway.Daemon.Access;
using Gateway.Rpc;

namespace Gateway.Daemon.Tests.Access;

public sealed class CallersTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gwd-callers-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(0u, 0u, "admin", "root (uid 0)")]
    [InlineData(4321u, 0u, "admin", "uid 4321")]
    [InlineData(65534u, 65534u, "viewer", "nobody (uid 65534)")]
    [InlineData(65534u, 60u, "operator", "nobody (uid 65534)")]
    [InlineData(77777u, 77777u, "operator", "uid 77777")]
    [InlineData(77778u, 77778u, "none", "uid 77778")]
    public void A_process_has_the_highest_role_of_its_user_and_groups(uint user, uint group, string role, string name)
    {
        var callers = new Callers(
            [
                new AccessRule(CallerKind.User, "nobody", Role.Viewer), new AccessRule(CallerKind.Group, "games", Role.Operator),
                new AccessRule(CallerKind.User, "77777", Role.Operator), new AccessRule(CallerKind.User, "no-such-user", Role.Admin),
            ],
            daemonUser: 4321);

        CallerIdentity primary = callers.Of(new PeerCredentials { UserId = user, GroupId = group, ProcessId = 1, SupplementaryGroups = [] });
        CallerIdentity further = callers.Of(new PeerCredentials { UserId = user, GroupId = 99999, ProcessId = 1, SupplementaryGroups = [88888, group] });

        Assert.Equal((role, name), (primary.Role.Name(), primary.Name));
        Assert.Equal(role, further.Role.Name());
    }

    [Theory]
    [InlineData("spiffe://example.net/noc/alice", null, "operator")]
    [InlineData("spiffe://example.net/noc/", null, "none")]
    [InlineData("spiffe://example.net/noc", null, "none")]
    [InlineData("spiffe://example.net/nocturnal", null, "none")]
    [InlineData("spiffe://example.com/noc/alice", null, "none")]
    [InlineData("spiffe://example.net/monitor", null, "viewer")]
    [InlineData("spiffe://example.net/monitor/2", null, "none")]
    [InlineData("spiffe://example.net/monitor", "ADMIN.example.net", "admin")]
    [InlineData(null, "x.admin.example.net", "none")]
    [InlineData(null, null, "none")]
    public void A_certificate_has_the_highest_role_of_its_names(string? uri, string? dns, string role)
    {
        using var authority = new TestAuthority(_directory, "ca");
        using X509Certificate2 certificate = authority.Issue("someone", TestAuthority.ForClients, uri is null && dns is null ? null : names =>
        {
            if (uri is not null)
            {
                names.AddUri(new Uri(uri));
            }

            if (dns is not null)
            {
                names.AddDnsName(dns);
            }
        });
        var callers = new Callers(
            [
                new AccessRule(CallerKind.Uri, "spiffe://example.net/noc/*", Role.Operator), new AccessRule(CallerKind.Uri, "spiffe://example.net/monitor", Role.Viewer),
                new AccessRule(CallerKind.Dns, "admin.example.net", Role.Admin), new AccessRule(CallerKind.User, "someone", Role.Admin),
            ],
            daemonUser: 0);

        CallerIdentity caller = callers.Of(certificate);

        Assert.Equal(role, caller.Role.Name());
        Assert.Equal(role == "admin" ? dns : uri ?? dns ?? "CN=someone", caller.Name);
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), caller.Expires);
    }
}
