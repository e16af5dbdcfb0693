using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Gateway.Rpc.Tests;

public sealed class TlsTests
{
    [Fact]
    public async Task A_caller_with_a_certificate_is_known_by_it_and_one_without_is_refused()
    {
        using X509Certificate2 serverCertificate = SelfSigned("CN=localhost");
        using X509Certificate2 clientCertificate = SelfSigned("CN=operator");
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ListenGrpc(new IPEndPoint(IPAddress.Loopback, 0), listen => listen.UseHttps(https =>
        {
            https.ServerCertificate = serverCertificate;
            https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
            https.ClientCertificateValidation = (certificate, _, _) => certificate.Thumbprint == clientCertificate.Thumbprint;
        }));
        await using WebApplication app = builder.Build();
        app.MapGrpcServices([new EchoService()]);
        await app.StartAsync();
        Uri address = new(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());

        using RpcChannel known = RpcChannel.ForAddress(address, Options(serverCertificate, clientCertificate));
        Assert.Equal("CN=operator", (await known.UnaryAsync(EchoMethods.Inspect, new EchoRequest())).CertificateSubject);

        using RpcChannel unknown = RpcChannel.ForAddress(address, Options(serverCertificate, null));
        RpcException error = await Assert.ThrowsAsync<RpcException>(() => unknown.UnaryAsync(EchoMethods.Inspect, new EchoRequest()));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);

        using RpcChannel wary = RpcChannel.ForAddress(address, Options(clientCertificate, clientCertificate));
        error = await Assert.ThrowsAsync<RpcException>(() => wary.UnaryAsync(EchoMethods.Inspect, new EchoRequest()));
        Assert.Equal(StatusCode.Unavailable, error.StatusCode);
        Assert.Contains("check the certificates", error.Status.Detail, StringComparison.Ordinal);
    }

    private static RpcChannelOptions Options(X509Certificate2 server, X509Certificate2? client) => new()
    {
        Tls = new SslClientAuthenticationOptions
        {
            ClientCertificates = client is null ? null : [client],
            RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate!.GetCertHashString() == server.GetCertHashString(),
        },
    };

    private static X509Certificate2 SelfSigned(string subject)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(subject, key, HashAlgorithmName.SHA256);
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        return X509CertificateLoader.LoadPkcs12(certificate.Export(X509ContentType.Pfx), null);
    }
}
