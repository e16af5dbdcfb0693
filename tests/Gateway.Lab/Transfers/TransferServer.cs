using System.ComponentModel;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Lab;

/// <summary><c>gateway-lab serve</c>: listens on every address of both families and does what each connection requests.</summary>
internal static class TransferServer
{
    private const int Backlog = 1024;

    public static int Run(int port)
    {
        Agent.EndWithOwner();
        Socket[] listeners = [Listen(IPAddress.Any, port), Listen(IPAddress.IPv6Any, port)];
        new AgentMessage(AgentMessageKind.Listening).Write();
        Thread[] threads = [.. listeners.Select(listener => new Thread(() => AcceptAll(listener)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return 0;
    }

    private static Socket Listen(IPAddress address, int port)
    {
        Socket socket = MptcpSocket.Open(address.AddressFamily, mptcp: true);
        socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, true);
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            socket.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, true);
        }

        socket.Bind(new IPEndPoint(address, port));
        socket.Listen(Backlog);
        return socket;
    }

    private static void AcceptAll(Socket listener)
    {
        while (true)
        {
            Socket socket = listener.Accept();
            new Thread(() => Serve(socket)) { IsBackground = true }.Start();
        }
    }

    private static void Serve(Socket socket)
    {
        using (socket)
        {
            try
            {
                Request request = Request.Receive(socket);
                var connection = new TransferConnection(socket, request);
                switch (request.Kind)
                {
                    case RequestKind.Upload:
                        connection.Receive();
                        break;
                    case RequestKind.Download:
                        connection.Send();
                        break;
                    default:
                        connection.Echo();
                        break;
                }
            }
            catch (Exception e) when (e is SocketException or InvalidDataException or Win32Exception)
            {
                Console.Error.WriteLine(e.Message);
            }
        }
    }
}
