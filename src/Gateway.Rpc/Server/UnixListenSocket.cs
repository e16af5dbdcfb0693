using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;

namespace Gateway.Rpc;

/// <summary>Binds the Unix socket of a server without taking it from a live one.</summary>
internal static class UnixListenSocket
{
    private const UnixFileMode Mode =
        UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.GroupWrite;

    /// <summary>Binds; Kestrel listens. TCP addresses are bound by <see cref="TcpListenSocket"/>, others as Kestrel does.</summary>
    /// <exception cref="IOException">A live process listens there, or the path is not a socket.</exception>
    internal static Socket Bind(EndPoint endpoint)
    {
        if (endpoint is not UnixDomainSocketEndPoint unix)
        {
            return endpoint is IPEndPoint ip ? TcpListenSocket.Bind(ip) : SocketTransportOptions.CreateDefaultBoundListenSocket(endpoint);
        }

        if (OperatingSystem.IsWindows())
        {
            throw new PlatformNotSupportedException("Unix sockets with file modes need Linux.");
        }

        string path = Path.GetFullPath(unix.ToString());

        // An abstract name (unix(7)) that dies with its process keeps two starting servers apart.
        using Socket claim = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            claim.Bind(new UnixDomainSocketEndPoint($"\0gateway-rpc:{path}"));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.AddressAlreadyInUse)
        {
            throw new IOException($"Another process is starting to listen on {path}: stop it, or choose another path.", exception);
        }

        RemoveStale(path);
        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            socket.Bind(unix);

            // Nobody can connect before the socket listens, so the mode is never too open.
            File.SetUnixFileMode(path, Mode);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static void RemoveStale(string path)
    {
        FileInfo file = new(path);
        if (!file.Exists && file.LinkTarget is null)
        {
            return;
        }

        using Socket probe = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            probe.Connect(new UnixDomainSocketEndPoint(path));
        }
        catch (SocketException exception) when (exception.SocketErrorCode == SocketError.ConnectionRefused && IsSocket(path))
        {
            File.Delete(path);
            return;
        }
        catch (SocketException exception)
        {
            throw new IOException(
                $"{path} exists and is not a socket this server may replace: remove it, or choose another path.", exception);
        }

        throw new IOException($"Another process listens on {path}: stop it, or choose another path.");
    }

    /// <summary>Opening a socket file fails with ENXIO (open(2)); nothing else that refuses connections does.</summary>
    private static bool IsSocket(string path)
    {
        const int NoSuchDeviceOrAddress = 6;
        try
        {
            using var handle = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
            return false;
        }
        catch (IOException exception) when (exception.HResult == NoSuchDeviceOrAddress)
        {
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }
}
