using System.Net;
using System.Security.Cryptography.X509Certificates;

namespace Gateway.Rpc;

/// <summary>Settings of a server that knows its clients by their certificates.</summary>
public sealed class MutualTlsOptions
{
    /// <summary>The certificates for each new connection.</summary>
    public required Func<TlsMaterial> Material { get; init; }

    /// <summary>Told of each connection that is refused: why, from where, the client's certificate if it showed one, and for people what is wrong.</summary>
    public Action<ClientRefusal, EndPoint?, X509Certificate2?, string>? Refused { get; init; }
}
