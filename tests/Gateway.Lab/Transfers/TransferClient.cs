using System.ComponentModel;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Lab;

/// <summary><c>gateway-lab send</c>: opens the connections of one transfer or ping. "stop" on its input ends it early and regularly.</summary>
internal sealed class TransferClient(IPEndPoint to, bool mptcp)
{
    private readonly Lock _gate = new();
    private readonly List<TransferConnection> _open = [];
    private bool _stopped;

    /// <summary>Runs <paramref name="connections"/> connections with consecutive ids beginning at the request's.</summary>
    public int Transfer(Request request, int connections) => RunAll(connections, index =>
    {
        Request own = request with { Id = request.Id + (ulong)index };
        Connect(own, connection =>
        {
            if (own.Kind == RequestKind.Upload)
            {
                connection.Send();
            }
            else
            {
                connection.Receive();
            }
        });
    });

    /// <summary>Runs one ping connection.</summary>
    public int Ping(ulong id, int count, int size, TimeSpan interval) => RunAll(1, _ =>
        Connect(new Request(RequestKind.Echo, false, id, 0, 0), connection => connection.Ping(count, size, interval)));

    private int RunAll(int connections, Action<int> run)
    {
        new Thread(ReadInput) { IsBackground = true }.Start();
        Thread[] threads = [.. Enumerable.Range(0, connections).Select(index => new Thread(() => run(index)))];
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return 0;
    }

    private void Connect(Request request, Action<TransferConnection> run)
    {
        try
        {
            using Socket socket = MptcpSocket.Open(to.AddressFamily, mptcp);
            socket.Connect(to);
            request.Send(socket);
            var connection = new TransferConnection(socket, request);
            lock (_gate)
            {
                _open.Add(connection);
                if (_stopped)
                {
                    connection.Stop();
                }
            }

            run(connection);
            lock (_gate)
            {
                _open.Remove(connection);
            }
        }
        catch (Exception e) when (e is SocketException or Win32Exception)
        {
            AgentMessageKind kind = request.Kind switch
            {
                RequestKind.Upload => AgentMessageKind.Sent,
                RequestKind.Download => AgentMessageKind.Received,
                _ => AgentMessageKind.Pinged,
            };
            new AgentMessage(kind) { Id = request.Id, Error = $"connecting to {to}: {e.Message}" }.Write();
        }
    }

    private void ReadInput()
    {
        while (Console.In.ReadLine() is { } line)
        {
            if (line != "stop")
            {
                continue;
            }

            lock (_gate)
            {
                _stopped = true;
                _open.ForEach(connection => connection.Stop());
            }
        }

        Environment.Exit(1);
    }
}
