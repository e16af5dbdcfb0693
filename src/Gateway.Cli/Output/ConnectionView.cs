using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>Connections and subflows for people.</summary>
internal static class ConnectionView
{
    private static readonly EnumDescriptor s_state = ConnectionReflection.Descriptor.FindTypeByName<EnumDescriptor>("ConnectionState");
    private static readonly EnumDescriptor s_subflowState = ConnectionReflection.Descriptor.FindTypeByName<EnumDescriptor>("SubflowState");
    private static readonly EnumDescriptor s_kind = ConnectionUpdate.Descriptor.EnumTypes[0];

    /// <summary>One row a subflow; the connection is named on its first.</summary>
    internal static void List(ListConnectionsResponse response, Page page)
    {
        DataTable table = new(
            "CONNECTION", "STATE", Column.Number("SUBFLOW"), "STATE", "CLIENT", "SERVER", "BACKUP", Column.Number("RTT MS"), "NIC",
            Column.Number("SENT BYTES"), Column.Number("REPLY BYTES"), Column.Number("RETRANS"));
        foreach (Connection connection in response.Connections)
        {
            Cell[] identity = [connection.Id, State(connection.State)];
            foreach (Subflow subflow in connection.Subflows.OrderBy(subflow => subflow.Ordinal))
            {
                table.Add([.. identity, .. Row(subflow)]);
                identity = [new Cell(""), new Cell("")];
            }

            if (connection.Subflows.Count == 0)
            {
                table.Add([.. identity, .. Enumerable.Repeat<Cell>("-", 10)]);
            }
        }

        page.Table(table, "No MPTCP connections.");
    }

    /// <summary>"changed 11111111:22222222 established; 1 10.0.1.1:40000 -> 10.0.2.1:443 established; 2 ...".</summary>
    internal static string Line(ConnectionUpdate update)
    {
        Connection connection = update.Connection ?? new Connection();
        string state = Words.Name(s_state, (int)connection.State);
        IEnumerable<string> subflows = connection.Subflows.OrderBy(subflow => subflow.Ordinal).Select(Describe);
        string head = $"{Words.Time(connection.LastSeenUnixNanos)} {Words.Name(s_kind, (int)update.Kind),-7} {Words.OrDash(connection.Id)} {state}";
        return string.Join("; ", subflows.Prepend(head));
    }

    private static Cell[] Row(Subflow subflow) =>
    [
        subflow.Ordinal,
        State(subflow.State),
        Words.Endpoint(subflow.ClientAddress, subflow.ClientPort),
        Words.Endpoint(subflow.ServerAddress, subflow.ServerPort),
        Backup(subflow),
        Words.Milliseconds(subflow.RttNanos),
        subflow.IngressNic,
        subflow.Original?.Bytes ?? 0,
        subflow.Reply?.Bytes ?? 0,
        (subflow.Original?.Retransmissions ?? 0) + (subflow.Reply?.Retransmissions ?? 0),
    ];

    private static string Describe(Subflow subflow)
    {
        string backup = Backup(subflow) is var of and not "-" ? $" backup={of}" : "";
        return $"{Words.Number(subflow.Ordinal)} {Words.Endpoint(subflow.ClientAddress, subflow.ClientPort)} -> "
            + $"{Words.Endpoint(subflow.ServerAddress, subflow.ServerPort)} {Words.Name(s_subflowState, (int)subflow.State)}{backup}";
    }

    /// <summary>Which hosts were asked to treat the subflow as backup.</summary>
    private static string Backup(Subflow subflow) => (subflow.ClientBackup, subflow.ServerBackup) switch
    {
        (true, true) => "both",
        (true, false) => "client",
        (false, true) => "server",
        _ => "-",
    };

    private static Cell State(ConnectionState state)
    {
        string name = Words.Name(s_state, (int)state);
        return state switch
        {
            ConnectionState.Established => Cell.Good(name),
            ConnectionState.Fallback or ConnectionState.Reset or ConnectionState.Fastclosed => Cell.Bad(name),
            ConnectionState.Closed => Cell.Dim(name),
            _ => name,
        };
    }

    private static Cell State(SubflowState state)
    {
        string name = Words.Name(s_subflowState, (int)state);
        return state switch
        {
            SubflowState.Established => Cell.Good(name),
            SubflowState.Reset or SubflowState.Refused => Cell.Bad(name),
            SubflowState.Closed => Cell.Dim(name),
            _ => name,
        };
    }
}
