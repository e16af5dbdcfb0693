using System.Security.Cryptography.X509Certificates;
using Gateway.Daemon.Access;
using Gateway.Rpc;

namespace Gateway.Daemon.Tests.Access;

public sealed class CallersTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gwd-callers-").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Theory]
    [InlineData(0u, 0u, Role.Admin, "root (uid 0)")]
    [InlineData(4321u, 0u, Role.Admin, "uid 4321")]
    [InlineData(65534u, 65534u, Role.Viewer, "nobody (uid 65534)")]
    [InlineData(65534u, 60u, Role.Operator, "nobody (uid 65534)")]
    [InlineData(77777u, 77777u, Role.Operator, "uid 77777")]
    [InlineData(77778u, 77778u, Role.None, "uid 77778")]
    public void A_process_has_the_highest_role_of_its_user_and_groups(uint user, uint group, Role role, string name)
    {
        var callers = new Callers(
            [
                new AccessRule(CallerKind.User, "nobody", Role.Viewer), new AccessRule(CallerKind.Group, "games", Role.Operator),
                new AccessRule(CallerKind.User, "77777", Role.Operator), new AccessRule(CallerKind.User, "no-such-user", Role.Admin),
            ],
            daemonUser: 4321);

        CallerIdentity primary = callers.Of(new PeerCredentials { UserId = user, GroupId = group, ProcessId = 1, SupplementaryGroups = [] });
        CallerIdentity further = callers.Of(new PeerCredentials { UserId = user, GroupId = 99999, ProcessId = 1, SupplementaryGroups = [88888, group] });

        Assert.Equal((role, name), (primary.Role, primary.Name));
        Assert.Equal(role, further.Role);
    }

    [Theory]
    [InlineData("spiffe://example.net/noc/alice", null, Role.Operator)]
    [InlineData("spiffe://example.net/noc/", null, Role.None)]
    [InlineData("spiffe://example.net/noc", null, Role.None)]
    [InlineData("spiffe://example.net/nocturnal", null, Role.None)]
    [InlineData("spiffe://example.com/noc/alice", null, Role.None)]
    [InlineData("spiffe://example.net/monitor", null, Role.Viewer)]
    [InlineData("spiffe://example.net/monitor/2", null, Role.None)]
    [InlineData("spiffe://example.net/monitor", "ADMIN.example.net", Role.Admin)]
    [InlineData(null, "x.admin.example.net", Role.None)]
    [InlineData(null, null, Role.None)]
    public void A_certificate_has_the_highest_role_of_its_names(string? uri, string? dns, Role role)
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

        Assert.Equal(role, caller.Role);
        Assert.Equal(role == Role.Admin ? dns : uri ?? dns ?? "CN=someone", caller.Name);
        Assert.Equal(certificate.NotAfter.ToUniversalTime(), caller.Expires);
    }
}
