using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>Counters and events for people.</summary>
internal static class TelemetryView
{
    private static readonly EnumDescriptor s_reason = ReasonReflection.Descriptor.FindTypeByName<EnumDescriptor>("Reason");
    private static readonly EnumDescriptor s_kind = Event.Descriptor.EnumTypes[0];

    internal static void Counters(CountersResponse response, Page page)
    {
        page.Table(Chains(response.Chains), "No chains run.");
        page.Line("");
        page.Table(Ports(response.Ports), "No ports are attached.");
        page.Line("");
        page.Line($"Events lost: {Words.Number(response.EventsLost)}");
    }

    /// <summary>Time, place, what, whose packet, who acted, and the sentence the daemon has for it.</summary>
    internal static string Line(Event happened)
    {
        List<string> parts = [Words.Time(happened.UnixNanos), Words.Name(s_kind, (int)happened.Kind)];
        if (happened.Nic.Length > 0)
        {
            parts.Add($"{happened.Nic}/{Words.OrDash(happened.Hook)}");
        }

        if (happened.SourceAddress.Length > 0)
        {
            parts.Add(Words.Endpoint(happened.SourceAddress, happened.SourcePort) + " -> "
                + Words.Endpoint(happened.DestinationAddress, happened.DestinationPort));
        }

        if (happened.ConnectionId.Length > 0)
        {
            parts.Add($"connection={happened.ConnectionId}");
        }

        if (happened.Chain.Length > 0)
        {
            parts.Add($"{happened.Chain}/{Words.OrDash(happened.Actor)}");
        }

        if (happened.Reason != Reason.None)
        {
            parts.Add($"reason={Words.Name(s_reason, (int)happened.Reason)}");
        }

        if (happened.Kind == Event.Types.Kind.Trace)
        {
            parts.Add($"seq={happened.Sequence} flags={Names(happened.TcpFlags)} options={Names(happened.TcpOptions)}");
            parts.Add($"results={Names(happened.Results.Select(r => $"{r.Actor}:{Words.Name(s_reason, (int)r.Reason)}"))}");
        }

        if (happened.Kind == Event.Types.Kind.Lost)
        {
            parts.Add($"lost={Words.Number(happened.Lost)}");
        }

        string line = string.Join(' ', parts);
        return happened.Text.Length == 0 ? line : $"{line}: {happened.Text}";
    }

    private static string Names(IEnumerable<string> names) => Words.OrDash(string.Join(',', names));

    private static DataTable Chains(IEnumerable<ChainCounters> chains)
    {
        DataTable table = new("CHAIN", Column.Number("STEP"), "ACTOR", "REASON", Column.Number("PACKETS"), Column.Number("BYTES"));
        foreach (ChainCounters chain in chains)
        {
            table.Add(chain.Chain, new Cell(""), new Cell(""), new Cell(""), chain.Packets, chain.Bytes);
            foreach (ActorCounters actor in chain.Actors)
            {
                foreach (ReasonCount count in actor.Reasons)
                {
                    table.Add(chain.Chain, actor.Step, actor.Actor, Words.Name(s_reason, (int)count.Reason), count.Packets, new Cell(""));
                }
            }
        }

        return table;
    }

    private static DataTable Ports(IEnumerable<PortCounters> ports)
    {
        DataTable table = new("NIC", "HOOK", "REASON", Column.Number("PACKETS"), Column.Number("BYTES"));
        foreach (PortCounters port in ports)
        {
            table.Add(port.Nic, port.Hook, new Cell(""), port.Packets, port.Bytes);
            foreach (ReasonCount count in port.Reasons)
            {
                table.Add(port.Nic, port.Hook, Words.Name(s_reason, (int)count.Reason), count.Packets, new Cell(""));
            }
        }

        return table;
    }
}
