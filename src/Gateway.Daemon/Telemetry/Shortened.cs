using System.Buffers.Binary;
using Gateway.DataPlane;
using Gateway.Mptcp.Packets;

namespace Gateway.Daemon.Telemetry;

/// <summary>
/// Frames that are longer than a test run takes, such as segmentation super-packets, with less payload: the IP header
/// says so, everything else is as it was.
/// </summary>
internal static class Shortened
{
    private const int TotalLength = 2;
    private const int Checksum = 10;
    private const int PayloadLength = 4;
    private const int FixedIpv6Header = 40;

    /// <returns>Headers and length of a frame that can be tried; null when the headers are no TCP packet's.</returns>
    public static (byte[] Data, int Length)? Of(ReadOnlyMemory<byte> headers, int length)
    {
        byte[] data = headers.ToArray();
        if (PacketParser.Parse(data, Math.Max(length, data.Length), out ParsedPacket packet) != ParseOutcome.None)
        {
            return null;
        }

        if (length > WhatIfRun.LongestFrame)
        {
            length = WhatIfRun.LongestFrame;
            Span<byte> ip = data.AsSpan(packet.NetworkOffset);
            int bytes = length - packet.NetworkOffset;
            BinaryPrimitives.WriteUInt16BigEndian(
                packet.Family == 4 ? ip[TotalLength..] : ip[PayloadLength..], (ushort)(packet.Family == 4 ? bytes : bytes - FixedIpv6Header));
        }

        return (data, length);
    }

    /// <summary>Headers without what differs only because a frame was shortened: the IP length and its checksum.</summary>
    public static byte[] Comparable(ReadOnlySpan<byte> headers)
    {
        byte[] data = headers.ToArray();
        // The length is not looked at here, so any that is large enough will do.
        if (PacketParser.Parse(data, ushort.MaxValue + data.Length, out ParsedPacket packet) == ParseOutcome.None)
        {
            Span<byte> ip = data.AsSpan(packet.NetworkOffset);
            if (packet.Family == 4)
            {
                ip.Slice(TotalLength, sizeof(ushort)).Clear();
                ip.Slice(Checksum, sizeof(ushort)).Clear();
            }
            else
            {
                ip.Slice(PayloadLength, sizeof(ushort)).Clear();
            }
        }

        return data;
    }
}
