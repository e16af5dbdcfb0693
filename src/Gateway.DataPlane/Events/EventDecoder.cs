using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Runtime.InteropServices;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;

namespace Gateway.DataPlane;

/// <summary>Reads struct gw_event.</summary>
internal static class EventDecoder
{
    private const ushort NoChain = 0xffff;
    private const byte IPv4 = 4;
    private const int IPv4Size = 4;

    /// <summary>Decodes a record of the ring buffer.</summary>
    /// <returns>False when it is shorter than an event.</returns>
    internal static bool TryDecode(ReadOnlySpan<byte> record, KernelClock clock, Func<int?, string?> nicOf, out PathEvent decoded)
    {
        if (!MemoryMarshal.TryRead(record, out Event raw))
        {
            decoded = default;
            return false;
        }

        ReadOnlySpan<byte> options = raw.Options[..];
        options = options[..Math.Min(raw.OptionsLength, options.Length)];
        decoded = new PathEvent
        {
            Time = clock.TimeOf(raw.Time),
            Source = Address(raw.Address[0][..], raw.Family),
            Destination = Address(raw.Address[1][..], raw.Family),
            SourcePort = Host(raw.Port[0]),
            DestinationPort = Host(raw.Port[1]),
            Vlan = raw.Vlan,
            PortIndex = raw.GatewayPort,
            Nic = nicOf(raw.GatewayPort),
            Hook = (Hook)raw.Hook,
            Type = (EventType)raw.Type,
            Direction = (Direction)raw.Direction,
            ConnectionId = raw.Connection,
            FlowFlags = (FlowFlag)raw.FlowFlags,
            Generation = raw.Generation,
            Chain = raw.Chain == NoChain ? -1 : raw.Chain,
            Step = raw.Step,
            Reason = (Reason)raw.Reason,
            Op = (Op)raw.Op,
            Token = raw.Token,
            Sequence = raw.Seq,
            TcpFlags = raw.TcpFlags,
            Ordinal = raw.Ordinal,
            Options = new TcpOptionBytes(options),
            Results = new ActorResults(raw.Results[..]),
            OptionOffset = raw.OptionOffset < options.Length ? raw.OptionOffset : -1,
        };
        return true;
    }

    /// <summary>Decodes a captured packet.</summary>
    /// <returns>False when it is shorter than one.</returns>
    internal static bool TryDecodeCapture(
        ReadOnlySpan<byte> record, KernelClock clock, Func<int?, string?> nicOf, [NotNullWhen(true)] out CapturedPacket? decoded)
    {
        decoded = null;
        if (!MemoryMarshal.TryRead(record, out Capture raw) || !TryDecode(record, clock, nicOf, out PathEvent seen))
        {
            return false;
        }

        decoded = new CapturedPacket
        {
            Event = seen,
            Target = seen.Reason == Reason.Redirected ? nicOf(raw.Target) : null,
            Before = Frame(in raw, 0),
            After = Frame(in raw, 1),
            LengthBefore = (int)raw.Length[0],
            LengthAfter = (int)raw.Length[1],
        };
        return true;
    }

    private static byte[] Frame(in Capture raw, int side)
    {
        ReadOnlySpan<byte> frame = raw.Frame[side][..];
        return frame[..Math.Min(raw.Captured[side], frame.Length)].ToArray();
    }

    private static IPAddress Address(ReadOnlySpan<byte> bytes, byte family) => new(family == IPv4 ? bytes[..IPv4Size] : bytes);

    private static ushort Host(ushort wire) => BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(wire) : wire;
}
