using System.Net;
using Gateway.Rpc;

namespace Gateway.Daemon.Access;

/// <summary>A TCP address to serve, and the certificates for it.</summary>
internal sealed record ListenAddress(IPEndPoint Endpoint, TlsFiles Files)
{
    /// <summary>Reads ADDRESS:PORT.</summary>
    public static bool TryParse(string text, out IPEndPoint endpoint) => IPEndPoint.TryParse(text, out endpoint!) && endpoint.Port > 0;
}
