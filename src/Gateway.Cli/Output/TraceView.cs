using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>Traced packets for people.</summary>
internal static class TraceView
{
    private static readonly EnumDescriptor s_reason = ReasonReflection.Descriptor.FindTypeByName<EnumDescriptor>("Reason");

    /// <summary>Time, place, whose packet, what it carries, and what was done to it.</summary>
    internal static string Line(TracedPacket packet)
    {
        string lost = packet.Lost == 0 ? "" : $"({Words.Count(packet.Lost, "packet")} lost) ";
        string vlan = packet.Vlan == 0 ? "" : $" vlan={Words.Number(packet.Vlan)}";
        string connection = packet.ConnectionId.Length == 0 ? "" : $" connection={packet.ConnectionId}";
        return $"{lost}{Words.Time(packet.UnixNanos)} {Words.OrDash(packet.Nic)}/{packet.Hook} "
            + $"{Words.Endpoint(packet.SourceAddress, packet.SourcePort)} -> {Words.Endpoint(packet.DestinationAddress, packet.DestinationPort)}"
            + $"{vlan}{connection} seq={Words.Number(packet.Sequence)} flags={Names(packet.TcpFlags)} options={Names(packet.TcpOptions)}: {Treatment(packet)}";
    }

    /// <summary>The chain, each actor's result, and the packet's fate.</summary>
    internal static string Treatment(TracedPacket packet)
    {
        string chain = packet.Chain.Length == 0
            ? "no chain matches"
            : $"{packet.Chain}{(packet.Revision == 0 ? "" : $" (revision {Words.Number(packet.Revision)})")} "
                + string.Join(", ", packet.Results.Select(r => $"{r.Actor} {Words.Name(s_reason, (int)r.Reason)}"));
        string fate = packet.Fate switch
        {
            TracedPacket.Types.Fate.Dropped => "dropped",
            TracedPacket.Types.Fate.Redirected => $"redirected to {Words.OrDash(packet.TargetNic)}",
            _ when packet.Rewritten => "rewritten",
            _ => "unchanged",
        };
        return $"{chain}; {fate}";
    }

    private static string Names(IEnumerable<string> names) => Words.OrDash(string.Join(',', names));
}
