using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace Gateway.Lab;

/// <summary>
/// <c>gateway-lab flows</c>: one download for each line of its input, timed inside this process from before connect() until
/// the last byte is read. The process stays, so that no flow pays for starting one.
/// </summary>
internal sealed class FlowClient(IPEndPoint to)
{
    private readonly byte[] _buffer = new byte[1 << 18];

    public int Run()
    {
        while (Console.In.ReadLine() is { } line)
        {
            string[] words = line.Split(' ');
            if (words is not ["tcp" or "mptcp", string text] || !long.TryParse(text, out long bytes))
            {
                throw new ArgumentException($"'{line}' is no flow: say \"tcp BYTES\" or \"mptcp BYTES\".");
            }

            Time(words[0] == "mptcp", bytes).Write();
        }

        return 0;
    }

    private AgentMessage Time(bool mptcp, long bytes)
    {
        var message = new AgentMessage(AgentMessageKind.Timed);
        long received = 0;
        try
        {
            using Socket socket = MptcpSocket.Open(to.AddressFamily, mptcp);
            long start = Stopwatch.GetTimestamp();
            socket.Connect(to);
            new Request(RequestKind.Download, Verify: false, Id: 0, bytes, long.MaxValue).Send(socket);
            while (received < bytes && socket.Receive(_buffer) is > 0 and int got)
            {
                received += got;
            }

            double milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            message = message with { Bytes = received, Milliseconds = milliseconds, Mptcp = MptcpInfo.Of(socket) };

            // The server closes once all is acknowledged; the next flow does not meet the end of this one.
            while (socket.Receive(_buffer) > 0)
            {
            }

            return received == bytes ? message : message with { Error = $"ended after {received} of {bytes} bytes" };
        }
        catch (Exception e) when (e is SocketException or Win32Exception)
        {
            return message with { Error = $"a flow of {bytes} bytes from {to}, after {received}: {e.Message}" };
        }
    }
}
