using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.V1;

namespace Gateway.Daemon.Connections;

/// <summary>Brings connections up to date with the flow table.</summary>
internal sealed class SnapshotMerger(ConnectionStore store)
{
    /// <summary>Takes a table in and gives the connections it changed.</summary>
    public IReadOnlyCollection<TrackedConnection> Merge(IReadOnlyList<FlowSnapshot> flows, long startedUnixNanos)
    {
        var present = new HashSet<TrackedSubflow>();
        var changed = new HashSet<TrackedConnection>();
        foreach (FlowSnapshot flow in flows)
        {
            var key = FlowKey.Of(flow.Client, flow.Server, flow.Vlan);
            if ((store.FindFlow(key) ?? Enter(key, flow)) is not { } subflow)
            {
                continue;
            }

            present.Add(subflow);
            if (!subflow.IsEnded)
            {
                if (Update(subflow, flow, startedUnixNanos))
                {
                    changed.Add(subflow.Connection);
                }
            }
            else if (flow.Created.UnixNanos() <= subflow.LastSeen)
            {
                // Its last packets passed after the table was read last; a newer flow of these addresses is another one.
                Count(subflow, flow);
            }
        }

        foreach (TrackedConnection connection in store.Open)
        {
            foreach (TrackedSubflow subflow in connection.Subflows)
            {
                // Events may be ahead of the table that was read.
                if (!subflow.IsEnded && !present.Contains(subflow) && subflow.LastSeen < startedUnixNanos)
                {
                    subflow.State = SubflowState.Closed;
                    changed.Add(connection);
                }
            }
        }

        return changed;
    }

    private TrackedSubflow? Enter(FlowKey key, FlowSnapshot flow)
    {
        if (flow.ConnectionId == 0 || (flow.Flags & (FlowFlag.Fin | FlowFlag.Rst)) != 0)
        {
            return null;
        }

        TrackedConnection? connection = store.Find(flow.ConnectionId);
        if (connection is null)
        {
            connection = store.Add(flow.Created.UnixNanos());
            if (connection is null)
            {
                return null;
            }

            connection.ClientToken = (uint)(flow.ConnectionId >> 32);
            connection.ServerToken = (uint)flow.ConnectionId;
            connection.Version = flow.Flags.HasFlag(FlowFlag.V0) ? 0 : 1;
            store.Index(connection);
        }

        var subflow = new TrackedSubflow(connection, key, flow.Client, flow.Server)
        {
            Initial = !flow.Flags.HasFlag(FlowFlag.Join),
            FromConnectionClient = flow.Token == 0 || flow.Token != connection.ClientToken,
        };
        store.Add(subflow);
        return subflow;
    }

    private static bool Update(TrackedSubflow subflow, FlowSnapshot flow, long now)
    {
        TrackedConnection connection = subflow.Connection;
        bool moved = subflow.Original.Packets != flow.FromClient.Packets || subflow.Reply.Packets != flow.FromServer.Packets;
        SubflowState before = subflow.State;
        if (moved)
        {
            subflow.LastSeen = Math.Max(subflow.LastSeen, now);
            connection.LastSeen = Math.Max(connection.LastSeen, now);
        }

        Count(subflow, flow);
        if (flow.Ordinal != 0)
        {
            subflow.Ordinal = (byte)flow.Ordinal;
        }

        subflow.IngressNic = flow.FromClient.IngressNic ?? subflow.IngressNic;
        subflow.ClientAddressId = flow.FromClient.AddressId;
        subflow.ServerAddressId = flow.FromServer.AddressId;
        subflow.ServerBackup = flow.FromClient.PrioPlaced ?? flow.FromClient.Backup;
        subflow.ClientBackup = flow.FromServer.PrioPlaced ?? flow.FromServer.Backup;
        subflow.ClientFin |= flow.FromClient.Flags.HasFlag(FlowDirFlag.Fin);
        subflow.ServerFin |= flow.FromServer.Flags.HasFlag(FlowDirFlag.Fin);
        subflow.State = StateOf(subflow, flow.Flags);
        if (connection.State is ConnectionState.Handshake or ConnectionState.Established)
        {
            connection.State = flow.Flags.HasFlag(FlowFlag.Fastclose) ? ConnectionState.Fastclosed
                : flow.Flags.HasFlag(FlowFlag.Fallback) && subflow.Initial ? ConnectionState.Fallback
                : flow.Flags.HasFlag(FlowFlag.Established) ? ConnectionState.Established
                : connection.State;
        }

        return moved || before != subflow.State;
    }

    private static void Count(TrackedSubflow subflow, FlowSnapshot flow)
    {
        subflow.Original = ToMessage(flow.FromClient);
        subflow.Reply = ToMessage(flow.FromServer);
        if (flow.RoundTrip is TimeSpan roundTrip)
        {
            subflow.RttNanos = (ulong)(roundTrip.Ticks * TimeSpan.NanosecondsPerTick);
        }
    }

    private static SubflowState StateOf(TrackedSubflow subflow, FlowFlag flags)
    {
        if (flags.HasFlag(FlowFlag.Refused))
        {
            return SubflowState.Refused;
        }

        if (flags.HasFlag(FlowFlag.Rst))
        {
            return SubflowState.Reset;
        }

        if (flags.HasFlag(FlowFlag.Fin) || (subflow.ClientFin && subflow.ServerFin))
        {
            return SubflowState.Closed;
        }

        if (subflow.ClientFin || subflow.ServerFin)
        {
            return SubflowState.Closing;
        }

        return (flags & (FlowFlag.Established | FlowFlag.Fallback)) != 0 ? SubflowState.Established : subflow.State;
    }

    private static SubflowCounters ToMessage(FlowDirectionSnapshot direction) => new()
    {
        Packets = direction.Packets,
        Bytes = direction.Bytes,
        Retransmissions = direction.Retransmissions,
        OutOfOrder = direction.OutOfOrder,
    };
}
