using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.V1;
using Microsoft.Extensions.Logging;
using Direction = Gateway.DataPlane.Abi.Direction;

namespace Gateway.Daemon.Connections;

/// <summary>
/// The handshakes that make connections and subflows (RFC 8684, sections 3.1 and 3.2). Keys become tokens here
/// and go no further.
/// </summary>
internal sealed partial class HandshakeObserver(ConnectionStore store, ILogger logger)
{
    private const int ThirdAckJoinLength = 24;

    /// <summary>Takes an MP_CAPABLE in; null when it cannot be tracked.</summary>
    public TrackedSubflow? ObserveCapable(TrackedSubflow? subflow, FlowKey key, in PathEvent seen)
    {
        if (!MpCapableOption.TryRead(PathEventReading.OptionAt(seen.Options.Bytes, seen.OptionOffset), out MpCapableOption option))
        {
            return subflow;
        }

        if (seen.IsSyn() && subflow is not null && IsReused(subflow, in seen))
        {
            End(subflow);
            subflow = null;
        }

        subflow ??= Begin(key, in seen, initial: true, Owner(in seen));
        if (subflow is null)
        {
            return null;
        }

        TrackedConnection connection = subflow.Connection;
        if (!connection.IsIdentified)
        {
            connection.Version = (int)option.Version;
        }

        if (seen.IsSyn())
        {
            subflow.SynSequence = seen.Sequence;
        }

        LearnKeys(connection, option, in seen);
        if (!seen.IsSyn() && !seen.IsSynAck() && subflow.State == SubflowState.Handshake)
        {
            subflow.State = SubflowState.Established;
            connection.State = connection.State == ConnectionState.Handshake ? ConnectionState.Established : connection.State;
        }

        return subflow;
    }

    /// <summary>Takes an MP_JOIN in; null when it cannot be tracked.</summary>
    public TrackedSubflow? ObserveJoin(TrackedSubflow? subflow, FlowKey key, in PathEvent seen)
    {
        ReadOnlySpan<byte> option = PathEventReading.OptionAt(seen.Options.Bytes, seen.OptionOffset);
        if (seen.IsSyn() && subflow is not null && IsReused(subflow, in seen))
        {
            End(subflow);
            subflow = null;
        }

        subflow ??= Begin(key, in seen, initial: false, Owner(in seen));
        if (subflow is null)
        {
            return null;
        }

        if (seen.IsSyn() && MpJoinSynOption.TryRead(option, out MpJoinSynOption syn))
        {
            subflow.SynSequence = seen.Sequence;
            subflow.ClientAddressId = syn.AddressId;
            subflow.ServerBackup = syn.IsBackup;
        }
        else if (seen.IsSynAck() && MpJoinSynAckOption.TryRead(option, out MpJoinSynAckOption answer))
        {
            subflow.ServerAddressId = answer.AddressId;
            subflow.ClientBackup = answer.IsBackup;
        }
        else if (option.Length == ThirdAckJoinLength && subflow.State == SubflowState.Handshake)
        {
            subflow.State = SubflowState.Established;
        }

        return subflow;
    }

    /// <summary>Begins to track a flow whose handshake was not seen; null when its connection is not known.</summary>
    public TrackedSubflow? Adopt(FlowKey key, in PathEvent seen)
    {
        if (seen.ConnectionId == 0)
        {
            return null;
        }

        bool joined = seen.FlowFlags.HasFlag(FlowFlag.Join);
        TrackedSubflow? subflow = Begin(key, in seen, !joined, Owner(in seen));
        if (subflow is not null && seen.FlowFlags.HasFlag(FlowFlag.Established))
        {
            subflow.State = SubflowState.Established;
            Establish(subflow.Connection);
        }

        return subflow;
    }

    /// <summary>Gives a connection the tokens the kernel ties its flows by.</summary>
    public void Identify(TrackedConnection connection, ulong id)
    {
        uint client = (uint)(id >> 32), server = (uint)id;
        if ((connection.ClientToken != 0 && connection.ClientToken != client) || (connection.ServerToken != 0 && connection.ServerToken != server))
        {
            LogDisagreement(logger, TrackedConnection.NameOf(id), TrackedConnection.NameOf(connection.Id));
        }

        if (store.Find(id) is { } known && known != connection)
        {
            store.Merge(connection, known);
            return;
        }

        connection.ClientToken = client;
        connection.ServerToken = server;
        store.Index(connection);
    }

    private static bool IsReused(TrackedSubflow subflow, in PathEvent syn) =>
        subflow.IsEnded || (subflow.SynSequence is uint sequence && sequence != syn.Sequence);

    private static void Establish(TrackedConnection connection)
    {
        if (connection.State == ConnectionState.Handshake)
        {
            connection.State = ConnectionState.Established;
        }
    }

    /// <summary>The same addresses and ports are used anew: what they were used for is over.</summary>
    private static void End(TrackedSubflow subflow)
    {
        if (!subflow.IsEnded)
        {
            subflow.State = SubflowState.Closed;
        }
    }

    /// <summary>The connection an event belongs to; null when nothing tells.</summary>
    private TrackedConnection? Owner(in PathEvent seen) => store.Find(seen.ConnectionId) ?? store.FindByToken(seen.Token);

    private TrackedSubflow? Begin(FlowKey key, in PathEvent seen, bool initial, TrackedConnection? owner)
    {
        // Only the SYN/ACK and what is known to be a reply come from the server.
        bool fromServer = seen.IsSynAck() || seen.Direction == Direction.Reply;
        FlowEnd client = fromServer ? seen.DestinationEnd() : seen.SourceEnd(), server = fromServer ? seen.SourceEnd() : seen.DestinationEnd();
        bool isNew = owner is null;
        owner ??= store.Add(seen.Time.UnixNanos());
        if (owner is null)
        {
            return null;
        }

        if (isNew)
        {
            Enter(owner, in seen, initial);
        }

        // The token of a join is the receiver's (RFC 8684, section 3.2).
        bool fromConnectionClient = initial || seen.Token == 0 || seen.Token != owner.ClientToken;
        var subflow = new TrackedSubflow(owner, key, client, server)
        {
            Initial = initial,
            FromConnectionClient = fromConnectionClient,
            LastSeen = seen.Time.UnixNanos(),
        };
        store.Add(subflow);
        return subflow;
    }

    private void Enter(TrackedConnection connection, in PathEvent seen, bool initial)
    {
        connection.Version = seen.FlowFlags.HasFlag(FlowFlag.V0) ? 0 : 1;
        if (seen.ConnectionId != 0)
        {
            Identify(connection, seen.ConnectionId);
        }
        else if (!initial)
        {
            // A join to a connection that began elsewhere: all that is known is the receiver's token.
            connection.ServerToken = seen.Token;
            store.Index(connection);
        }

        if (initial)
        {
            store.AwaitKeys(connection);
        }
        else
        {
            Establish(connection);
        }
    }

    private void LearnKeys(TrackedConnection connection, MpCapableOption option, in PathEvent seen)
    {
        if (option.SenderKey is not MptcpKey sender || connection.IsIdentified)
        {
            return;
        }

        uint senderToken = KeyDerivation.Token(sender, option.Version);
        if (seen.IsSynAck())
        {
            connection.ServerToken = senderToken;
        }
        else if (seen.IsSyn())
        {
            connection.ClientToken = senderToken;
        }
        else if (option.ReceiverKey is MptcpKey receiver)
        {
            connection.ClientToken = senderToken;
            connection.ServerToken = KeyDerivation.Token(receiver, option.Version);
            ulong id = connection.Id;
            if (seen.ConnectionId != 0 && seen.ConnectionId != id)
            {
                LogDisagreement(logger, TrackedConnection.NameOf(seen.ConnectionId), TrackedConnection.NameOf(id));
                id = seen.ConnectionId;
                connection.ClientToken = connection.ServerToken = 0;
            }

            Identify(connection, id);
            return;
        }

        store.Index(connection);
    }

    [LoggerMessage(2001, LogLevel.Warning, "The packet programs call a connection {Kernel}, its keys say {Keys}: the programs' name is used.")]
    private static partial void LogDisagreement(ILogger logger, string kernel, string keys);
}
