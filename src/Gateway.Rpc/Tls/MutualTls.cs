using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace Gateway.Rpc;

/// <summary>TLS on which the client proves who it is, on one listening address.</summary>
internal static class MutualTls
{
    /// <summary>Mark of a connection that was told to <see cref="MutualTlsOptions.Refused"/> or is accepted.</summary>
    private static readonly object s_decided = new();

    internal static void Use(ListenOptions listen, MutualTlsOptions options)
    {
        listen.Use(next => async connection =>
        {
            await next(connection).ConfigureAwait(false);
            if (!connection.Items.ContainsKey(s_decided))
            {
                options.Refused?.Invoke(
                    ClientRefusal.HandshakeFailed, connection.RemoteEndPoint, null, "no TLS handshake: speak TLS 1.2 or 1.3 on this port");
            }
        });
        listen.UseHttps(new TlsHandshakeCallbackOptions
        {
            OnConnection = context => ValueTask.FromResult(Handshake(context.Connection, options)),
        });
        listen.Use(next => connection =>
        {
            connection.Items[s_decided] = null;
            return next(connection);
        });
    }

    private static SslServerAuthenticationOptions Handshake(ConnectionContext connection, MutualTlsOptions options)
    {
        TlsMaterial material = options.Material();
        return new SslServerAuthenticationOptions
        {
            ServerCertificateContext = material.Context,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13,
            ClientCertificateRequired = true,
            CertificateChainPolicy = material.ClientPolicy,

            // A resumed session would skip the checks.
            AllowTlsResume = false,
            AllowRenegotiation = false,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                if (Judge(certificate as X509Certificate2, chain, errors) is not var (refusal, words))
                {
                    return true;
                }

                connection.Items[s_decided] = null;
                options.Refused?.Invoke(refusal, connection.RemoteEndPoint, certificate as X509Certificate2, words);
                return false;
            },
        };
    }

    /// <summary>Why a client is refused, and in words; null when it is not.</summary>
    private static (ClientRefusal Refusal, string Words)? Judge(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is null)
        {
            return (ClientRefusal.NoCertificate, "the client has no certificate: give it one of the gateway's CA");
        }

        if (errors == SslPolicyErrors.None)
        {
            return null;
        }

        X509ChainStatusFlags flags = (chain?.ChainStatus ?? []).Aggregate(X509ChainStatusFlags.NoError, (all, status) => all | status.Status);
        if ((flags & (X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain)) != 0)
        {
            return (ClientRefusal.UntrustedCertificate, "the client's certificate comes from no authority in the gateway's CA file");
        }

        if ((flags & X509ChainStatusFlags.NotTimeValid) != 0)
        {
            return (
                ClientRefusal.ExpiredCertificate,
                $"the client's certificate, or one above it, is not valid now; its own time is {certificate.NotBefore.ToUniversalTime():u} to {certificate.NotAfter.ToUniversalTime():u}");
        }

        return (ClientRefusal.InvalidCertificate, $"the client's certificate cannot be used: {flags}");
    }
}
