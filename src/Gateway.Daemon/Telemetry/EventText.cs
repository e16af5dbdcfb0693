using System.Net;
using Gateway.V1;
using Kind = Gateway.V1.Event.Types.Kind;

namespace Gateway.Daemon.Telemetry;

/// <summary>One sentence for people about an event.</summary>
internal static class EventText
{
    public static string Of(Event message, bool isSyn, bool isSynAck)
    {
        string step = isSyn ? "SYN" : isSynAck ? "SYN/ACK" : "ACK";
        string from = End(message.SourceAddress, message.SourcePort), to = End(message.DestinationAddress, message.DestinationPort);
        string address = message.Port == 0 ? message.Address : End(message.Address, message.Port);
        string preference = message.Backup ? "backup" : "regular";
        return message.Kind switch
        {
            Kind.MpCapable => $"{from} sent MP_CAPABLE ({step}) to {to}.",
            Kind.MpJoin when isSyn => $"{from} asks {to} to join connection {message.Token:x8} with address id {message.AddressId}.",
            Kind.MpJoin => $"{from} sent MP_JOIN ({step}) to {to}.",
            Kind.AddAddr => $"{from} announces {address} with address id {message.AddressId}.",
            Kind.AddAddrEcho => $"{from} confirms address id {message.AddressId} ({address}).",
            Kind.RemoveAddr => $"{from} withdraws address id {message.AddressId}.",
            Kind.MpPrio => $"{from} asks {to} to use this subflow as {preference}.",
            Kind.MpFail => $"{from} found a wrong data checksum.",
            Kind.MpFastclose => $"{from} closed the whole connection at once.",
            Kind.SubflowClosed => $"{from} ended its side of the subflow to {to}.",
            Kind.Fallback => $"The subflow between {from} and {to} went on without MPTCP.",
            Kind.Actor => $"Actor {message.Actor} of chain {message.Chain}: {message.Reason} for {from} to {to}.",
            Kind.Trace => $"{from} sent {to} a packet of chain {message.Chain}.",
            _ => $"Something unknown happened between {from} and {to}.",
        };
    }

    private static string End(string address, uint port) =>
        IPAddress.TryParse(address, out IPAddress? parsed) ? new IPEndPoint(parsed, (int)port).ToString() : address;
}
