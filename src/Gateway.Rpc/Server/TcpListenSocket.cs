using System.Net;
using System.Net.Sockets;

namespace Gateway.Rpc;

/// <summary>Binds TCP addresses that the machine may not have yet: a server that starts before the network serves when it comes.</summary>
internal static class TcpListenSocket
{
    // IP_FREEBIND (linux/in.h) and IPV6_FREEBIND (linux/in6.h) with their levels.
    private const int SolIp = 0;
    private const int IpFreeBind = 15;
    private const int SolIpv6 = 41;
    private const int Ipv6FreeBind = 78;

    /// <exception cref="SocketException">The port is in use, or may not be used.</exception>
    internal static Socket Bind(IPEndPoint endpoint)
    {
        Socket socket = new(endpoint.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            if (OperatingSystem.IsLinux())
            {
                Span<byte> on = [1, 0, 0, 0];
                bool six = endpoint.AddressFamily == AddressFamily.InterNetworkV6;
                socket.SetRawSocketOption(six ? SolIpv6 : SolIp, six ? Ipv6FreeBind : IpFreeBind, on);
            }

            if (endpoint.Address.Equals(IPAddress.IPv6Any))
            {
                socket.DualMode = true;
            }

            socket.Bind(endpoint);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }
}
