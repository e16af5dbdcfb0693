using Gateway.Mptcp.Captures;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>
/// Traced packets as a capture: each hook has two interfaces, what came and what went on. A packet that nothing was done to
/// stands there once.
/// </summary>
internal sealed class CaptureFile(Stream stream)
{
    private readonly PcapngWriter _writer = new(stream, "gatewayctl capture");
    private readonly Dictionary<string, int> _interfaces = new(StringComparer.Ordinal);

    internal ulong Packets { get; private set; }

    internal ulong Lost { get; private set; }

    internal void Write(TracedPacket packet)
    {
        Packets++;
        Lost += packet.Lost;
        bool stays = packet.Fate != TracedPacket.Types.Fate.Dropped;
        string what = TraceView.Treatment(packet);
        Write(packet, "before", packet.Before, packet.Rewritten && stays ? "before" : what);
        if (packet.Rewritten && stays)
        {
            Write(packet, "after", packet.After, what);
        }

        // Whoever follows the file sees each packet when it comes.
        stream.Flush();
    }

    private void Write(TracedPacket packet, string side, PacketHeaders headers, string comment)
    {
        string name = $"{packet.Nic} {packet.Hook} {side}";
        if (!_interfaces.TryGetValue(name, out int number))
        {
            number = _writer.AddInterface(name);
            _interfaces.Add(name, number);
        }

        _writer.Write(number, packet.UnixNanos, headers.Data.Span, Math.Max((int)headers.FrameLength, headers.Data.Length), comment);
    }
}
