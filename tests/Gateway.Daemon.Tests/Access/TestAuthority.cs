using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Daemon.Tests.Access;

/// <summary>An authority that issues certificates into a directory: NAME.pem and NAME.key, its own as CA.pem.</summary>
internal sealed class TestAuthority : IDisposable
{
    internal const string ForServers = "1.3.6.1.5.5.7.3.1", ForClients = "1.3.6.1.5.5.7.3.2";

    private readonly string _directory;
    private readonly X509Certificate2 _certificate;
    private int _serial;

    internal TestAuthority(string directory, string name)
    {
        _directory = Directory.CreateDirectory(directory).FullName;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(X509KeyUsageFlags.KeyCertSign, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-10), DateTimeOffset.UtcNow.AddDays(10));
        File.WriteAllText(PathOf($"{name}.pem"), _certificate.ExportCertificatePem());
    }

    internal string PathOf(string file) => Path.Combine(_directory, file);

    internal X509Certificate2 Issue(string name, string usage, Action<SubjectAlternativeNameBuilder>? names = null, int fromDays = -1, int toDays = 1)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        SubjectAlternativeNameBuilder builder = new();
        names?.Invoke(builder);
        if (names is not null)
        {
            request.CertificateExtensions.Add(builder.Build());
        }

        X509Certificate2 issued = request.Create(
            _certificate, DateTimeOffset.UtcNow.AddDays(fromDays), DateTimeOffset.UtcNow.AddDays(toDays), [(byte)++_serial, 1, 2, 3]);
        File.WriteAllText(PathOf($"{name}.pem"), issued.ExportCertificatePem());
        File.WriteAllText(PathOf($"{name}.key"), key.ExportPkcs8PrivateKeyPem());
        return issued;
    }

    internal void IssueServer(string name) => Issue(name, ForServers, san =>
    {
        san.AddDnsName("gateway.test");
        san.AddIpAddress(IPAddress.Loopback);
    }).Dispose();

    internal void IssueClient(string name, string uri) => Issue(name, ForClients, san => san.AddUri(new Uri(uri))).Dispose();

    public void Dispose() => _certificate.Dispose();
}
