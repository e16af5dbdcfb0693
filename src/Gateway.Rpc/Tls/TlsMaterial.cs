using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Rpc;

/// <summary>The certificates of one end of a mutual TLS connection.</summary>
public sealed class TlsMaterial
{
    // Extended key usages (RFC 5280, section 4.2.1.12).
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private TlsMaterial(X509Certificate2Collection authorities, X509Certificate2 certificate, X509Certificate2Collection intermediates)
    {
        Authorities = authorities;
        Certificate = certificate;
        Context = SslStreamCertificateContext.Create(certificate, intermediates, offline: true);
    }

    /// <summary>The authorities that the other end's certificate must come from.</summary>
    public X509Certificate2Collection Authorities { get; }

    /// <summary>This end's certificate, with its key.</summary>
    public X509Certificate2 Certificate { get; }

    internal SslStreamCertificateContext Context { get; }

    /// <summary>How a server checks its clients: by these authorities alone, and nothing is fetched.</summary>
    internal X509ChainPolicy ClientPolicy => Policy(ClientAuthentication);

    /// <summary>How a client proves who it is, and checks its server.</summary>
    internal SslClientAuthenticationOptions ClientOptions => new()
    {
        ClientCertificateContext = Context,
        CertificateChainPolicy = Policy(ServerAuthentication),
        EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
    };

    internal static TlsMaterial Of(TlsFiles files, string ca, string certificate, string key)
    {
        X509Certificate2Collection authorities = Import("CA", files.Ca, ca);
        X509Certificate2Collection chain = Import("certificate", files.Certificate, certificate);
        if (!key.Contains("PRIVATE KEY-----", StringComparison.Ordinal))
        {
            throw new TlsFileException($"The key file {files.Key} has no private key: write it as PEM (-----BEGIN PRIVATE KEY-----).");
        }

        if (key.Contains("ENCRYPTED", StringComparison.Ordinal))
        {
            throw new TlsFileException($"The key file {files.Key} is encrypted: decrypt it (openssl pkey -in FILE -out FILE) and restrict its mode instead.");
        }

        try
        {
            X509Certificate2 own = X509Certificate2.CreateFromPem(certificate, key);
            chain.RemoveAt(0);
            return new TlsMaterial(authorities, own, chain);
        }
        catch (Exception failure) when (failure is CryptographicException or ArgumentException)
        {
            throw new TlsFileException(
                $"The key file {files.Key} does not belong to the certificate in {files.Certificate}, or is damaged: {failure.Message}", failure);
        }
    }

    private static X509Certificate2Collection Import(string what, string path, string text)
    {
        X509Certificate2Collection certificates = [];
        try
        {
            certificates.ImportFromPem(text);
        }
        catch (CryptographicException failure)
        {
            throw new TlsFileException($"The {what} file {path} has a damaged certificate: {failure.Message}", failure);
        }

        return certificates.Count > 0
            ? certificates
            : throw new TlsFileException($"The {what} file {path} has no certificate: write it as PEM (-----BEGIN CERTIFICATE-----).");
    }

    private X509ChainPolicy Policy(string usage)
    {
        X509ChainPolicy policy = new()
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
            ApplicationPolicy = { new Oid(usage) },
        };
        policy.CustomTrustStore.AddRange(Authorities);
        return policy;
    }
}
