using System.Net.Sockets;
using System.Text;

namespace Gateway.Daemon.Tests.Integration;

/// <summary>Stands for the service manager: collects what sd_notify(3) sends.</summary>
internal sealed class NotifySocket : IDisposable
{
    private readonly Socket _socket = new(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);

    public NotifySocket(string path) => _socket.Bind(new UnixDomainSocketEndPoint(path));

    /// <summary>How often more time for the start was asked for.</summary>
    public int Extensions { get; private set; }

    /// <summary>Waits for a message that does not ask for more time; null when none comes.</summary>
    public string? Receive(TimeSpan patience)
    {
        byte[] buffer = new byte[4096];
        while (_socket.Poll(patience, SelectMode.SelectRead))
        {
            string message = Encoding.UTF8.GetString(buffer, 0, _socket.Receive(buffer));
            if (!message.StartsWith("EXTEND_TIMEOUT_USEC=", StringComparison.Ordinal))
            {
                return message;
            }

            Extensions++;
        }

        return null;
    }

    /// <summary>Forgets what has come until now.</summary>
    public void Drain()
    {
        while (Receive(TimeSpan.Zero) is not null)
        {
        }
    }

    public void Dispose() => _socket.Dispose();
}
