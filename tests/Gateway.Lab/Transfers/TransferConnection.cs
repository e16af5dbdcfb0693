using System.Diagnostics;
using System.Net.Sockets;
using System.Security.Cryptography;

namespace Gateway.Lab;

/// <summary>One end of one transfer connection: sends, receives or echoes with blocking calls and reports to the lab.</summary>
internal sealed class TransferConnection(Socket socket, Request request)
{
    private static readonly TimeSpan SampleEvery = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan DrainLimit = Wait.Patiently(TimeSpan.FromSeconds(20));

    private volatile bool _stop;
    private volatile MptcpInfo? _whenStopped;

    /// <summary>Makes a sending end finish early, or a receiving end ask its peer to.</summary>
    public void Stop()
    {
        _stop = true;
        if (!Sends)
        {
            // The peer may close subflows before all it sent is read.
            _whenStopped = MptcpInfo.Of(socket);
            socket.Shutdown(SocketShutdown.Send);
        }
    }

    /// <summary>Whether this end sends, when it is the client's.</summary>
    private bool Sends => request.Kind is RequestKind.Upload;

    public void Send()
    {
        var message = new AgentMessage(AgentMessageKind.Sent) { Id = request.Id, Start = AgentMessage.Clock };
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        long sent = 0;
        try
        {
            var peer = new Thread(WaitForPeer) { IsBackground = true };
            peer.Start();
            sent = SendContent(hash);
            var drain = Stopwatch.StartNew();
            while (MptcpSocket.Unacknowledged(socket) > 0 && drain.Elapsed < DrainLimit)
            {
                Thread.Sleep(1);
            }

            message = message with { Mptcp = MptcpInfo.Of(socket) };
            socket.Shutdown(SocketShutdown.Send);
            peer.Join();
        }
        catch (SocketException e)
        {
            message = message with { Error = $"sending after {sent} bytes: {e.Message}" };
        }

        (message with { Bytes = sent, Now = AgentMessage.Clock, Sha256 = Digest(hash) }).Write();
    }

    public void Receive()
    {
        var message = new AgentMessage(AgentMessageKind.Received) { Id = request.Id, Start = AgentMessage.Clock };
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] buffer = new byte[4 * Content.ChunkSize];
        long received = 0;
        MptcpInfo? info = null;
        double last = message.Start;
        try
        {
            var sample = new Stopwatch();
            for (int got = socket.Receive(buffer); got > 0; got = socket.Receive(buffer))
            {
                if (received == 0)
                {
                    message = message with { Start = AgentMessage.Clock };
                }

                received += got;
                last = AgentMessage.Clock;
                if (request.Verify)
                {
                    hash.AppendData(buffer, 0, got);
                }

                if (!sample.IsRunning || sample.Elapsed >= SampleEvery || received == request.Bytes)
                {
                    sample.Restart();
                    info = MptcpInfo.Of(socket);
                    new AgentMessage(AgentMessageKind.Sample) { Id = request.Id, Bytes = received }.Write();
                }
            }
        }
        catch (SocketException e)
        {
            message = message with { Error = $"receiving after {received} bytes: {e.Message}" };
        }

        if (_whenStopped is { } earlier && info is not null)
        {
            info = info with { Subflows = Math.Max(info.Subflows, earlier.Subflows) };
        }

        (message with { Bytes = received, Now = last, Sha256 = Digest(hash), Mptcp = info }).Write();
    }

    /// <summary>The server's side of a ping: sends back what comes.</summary>
    public void Echo()
    {
        byte[] buffer = new byte[Content.ChunkSize];
        try
        {
            for (int got = socket.Receive(buffer); got > 0; got = socket.Receive(buffer))
            {
                _ = socket.Send(buffer.AsSpan(0, got));
            }
        }
        catch (SocketException)
        {
            // The client, which counts the answers, reports it.
        }
    }

    /// <summary>The client's side of a ping: one request at a time.</summary>
    public void Ping(int count, int size, TimeSpan interval)
    {
        byte[] ask = new byte[size], answer = new byte[size];
        var roundTrips = new List<double>(count);
        string? error = null;
        int sent = 0;
        try
        {
            for (; sent < count && !_stop; Thread.Sleep(interval))
            {
                Random.Shared.NextBytes(ask);
                long start = Stopwatch.GetTimestamp();
                _ = socket.Send(ask);
                sent++;
                for (int have = 0; have < size;)
                {
                    int got = socket.Receive(answer.AsSpan(have));
                    have += got > 0 ? got : throw new InvalidDataException("the server closed the connection");
                }

                roundTrips.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                if (!ask.AsSpan().SequenceEqual(answer))
                {
                    throw new InvalidDataException("an answer differs from its request");
                }
            }
        }
        catch (Exception e) when (e is SocketException or InvalidDataException)
        {
            error = $"ping {sent}: {e.Message}";
        }

        new AgentMessage(AgentMessageKind.Pinged)
        {
            Id = request.Id,
            Bytes = sent,
            RoundTripsMs = roundTrips,
            Error = error,
            Mptcp = MptcpInfo.Of(socket),
        }.Write();
    }

    private long SendContent(IncrementalHash hash)
    {
        var content = new Content(request.Id);
        byte[] chunk = new byte[Content.ChunkSize];
        content.Fill(chunk, 0);
        var clock = Stopwatch.StartNew();
        long sent = 0;
        for (long index = 0; sent < request.Bytes && clock.ElapsedMilliseconds < request.Milliseconds && !_stop; index++)
        {
            int length = (int)Math.Min(Content.ChunkSize, request.Bytes - sent);
            if (request.Verify)
            {
                content.Fill(chunk, index);
                hash.AppendData(chunk, 0, length);
            }

            for (int at = 0; at < length;)
            {
                int took = socket.Send(chunk.AsSpan(at, length - at));
                at += took;
                sent += took;
            }
        }

        return sent;
    }

    /// <summary>The peer of a sender says nothing; it closes when it has read all, or sooner to ask for an early end.</summary>
    private void WaitForPeer()
    {
        byte[] nothing = new byte[1];
        try
        {
            while (socket.Receive(nothing) > 0)
            {
            }
        }
        catch (SocketException)
        {
            // The sending thread meets the same error.
        }

        _stop = true;
    }

    private string? Digest(IncrementalHash hash) => request.Verify ? Convert.ToHexStringLower(hash.GetHashAndReset()) : null;
}
