using Gateway.Daemon.Connections;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;
using Event = Gateway.V1.Event;
using Kind = Gateway.V1.Event.Types.Kind;

namespace Gateway.Daemon.Telemetry;

/// <summary>Events as clients see them: nothing of a packet's options but what the fields name, so never a key.</summary>
internal static class EventMessages
{
    /// <param name="seen">The event.</param>
    /// <param name="findGeneration">Finds the policy an event's chain is of.</param>
    public static Event Of(in PathEvent seen, Func<uint, AppliedPolicy?> findGeneration)
    {
        ReadOnlySpan<byte> option = PathEventReading.OptionAt(seen.Options.Bytes, seen.OptionOffset);
        var message = new Event
        {
            Kind = KindOf(in seen, option),
            UnixNanos = seen.Time.UnixNanos(),
            Nic = seen.Nic ?? "",
            Hook = seen.Hook == Hook.Ingress ? "ingress" : "egress",
            SourceAddress = seen.Source.ToString(),
            SourcePort = seen.SourcePort,
            DestinationAddress = seen.Destination.ToString(),
            DestinationPort = seen.DestinationPort,
            ConnectionId = seen.ConnectionId == 0 ? "" : TrackedConnection.NameOf(seen.ConnectionId),
            Reason = (V1.Reason)seen.Reason,
        };
        NameChain(message, in seen, findGeneration);
        ReadOption(message, in seen, option);
        if (seen.Type == EventType.Trace)
        {
            TraceMessages.Fill(message, in seen, findGeneration);
        }

        message.Text = EventText.Of(message, seen.IsSyn(), seen.IsSynAck());
        return message;
    }

    private static Kind KindOf(in PathEvent seen, ReadOnlySpan<byte> option) => seen.Type switch
    {
        EventType.MpCapable => Kind.MpCapable,
        EventType.MpJoin => Kind.MpJoin,
        EventType.AddAddr => AddAddrOption.TryRead(option, out AddAddrOption? announced) && announced.IsEcho ? Kind.AddAddrEcho : Kind.AddAddr,
        EventType.RemoveAddr => Kind.RemoveAddr,
        EventType.MpPrio => Kind.MpPrio,
        EventType.MpFail => Kind.MpFail,
        EventType.MpFastclose => Kind.MpFastclose,
        EventType.Fin or EventType.Rst => Kind.SubflowClosed,
        EventType.Fallback => Kind.Fallback,
        EventType.Actor => Kind.Actor,
        EventType.Trace => Kind.Trace,
        _ => Kind.Unspecified,
    };

    private static void NameChain(Event message, in PathEvent seen, Func<uint, AppliedPolicy?> findGeneration)
    {
        if (seen.Chain < 0 || findGeneration(seen.Generation) is not { } policy || seen.Chain >= policy.Chains.Count)
        {
            return;
        }

        AppliedChain chain = policy.Chains[seen.Chain];
        message.Chain = chain.Name;
        message.Actor = seen.Step >= 0 && seen.Step < chain.Actors.Count ? chain.Actors[seen.Step] : "";
    }

    private static void ReadOption(Event message, in PathEvent seen, ReadOnlySpan<byte> option)
    {
        if (MpJoinSynOption.TryRead(option, out MpJoinSynOption join))
        {
            message.Token = join.ReceiverToken;
            message.AddressId = join.AddressId;
            message.Backup = join.IsBackup;
        }
        else if (MpJoinSynAckOption.TryRead(option, out MpJoinSynAckOption answer))
        {
            message.AddressId = answer.AddressId;
            message.Backup = answer.IsBackup;
        }
        else if (AddAddrOption.TryRead(option, out AddAddrOption? announced))
        {
            message.AddressId = announced.AddressId;
            message.Address = announced.Address.ToString();
            message.Port = announced.Port;
        }
        else if (seen.Type == EventType.RemoveAddr && option.Length > 3)
        {
            message.AddressId = option[3];
        }
        else if (seen.Type == EventType.MpPrio && option.Length >= 3)
        {
            message.Backup = (option[2] & 1) != 0;
        }
    }
}
