using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;
using Hook = Gateway.DataPlane.Abi.Hook;
using Reason = Gateway.DataPlane.Abi.Reason;

namespace Gateway.Daemon.Connections;

/// <summary>
/// Who speaks MPTCP and who strips it, and where: what became of offered handshakes, by the networks of their ends and the
/// ports they crossed. Safe for concurrent use; remembers a bounded number of entries and flows.
/// </summary>
internal sealed class MptcpLedger(LedgerOptions options)
{
    private const int ThirdAckJoinLength = 24;

    private static readonly (string Handshake, string Outcome, LedgerCount Count)[] s_totals =
    [
        ("mp_capable", "offered", LedgerCount.Offered),
        ("mp_capable", "accepted", LedgerCount.Accepted),
        ("mp_capable", "answered_without", LedgerCount.AnsweredWithout),
        ("mp_capable", "refused", LedgerCount.Refused),
        ("mp_capable", "stripped_here", LedgerCount.StrippedHere),
        ("mp_capable", "fell_back_client", LedgerCount.FellBackClient),
        ("mp_capable", "fell_back_server", LedgerCount.FellBackServer),
        ("mp_join", "offered", LedgerCount.JoinsOffered),
        ("mp_join", "accepted", LedgerCount.JoinsAccepted),
        ("mp_join", "answered_without", LedgerCount.JoinsAnsweredWithout),
        ("mp_join", "refused", LedgerCount.JoinsRefused),
        ("mp_join", "refused_here", LedgerCount.JoinsRefusedHere),
    ];

    private readonly Lock _lock = new();
    private readonly Dictionary<LedgerKey, LinkedListNode<LedgerEntry>> _entries = [];
    private readonly LinkedList<LedgerEntry> _byUse = [];
    private readonly Dictionary<FlowKey, LinkedListNode<LedgerFlow>> _flows = [];
    private readonly LinkedList<LedgerFlow> _byAge = [];
    private LedgerCounts _total;
    private long _evicted;
    private long _forgotten;

    public LedgerOptions Options => options;

    /// <summary>Entries that gave way to newer ones.</summary>
    public long Evicted => Interlocked.Read(ref _evicted);

    /// <summary>Flows that gave way to newer ones: what became of them later is not counted.</summary>
    public long Forgotten => Interlocked.Read(ref _forgotten);

    /// <summary>Takes an event in.</summary>
    public void Observe(in PathEvent seen)
    {
        lock (_lock)
        {
            var key = FlowKey.Of(seen.SourceEnd(), seen.DestinationEnd(), seen.Vlan);
            LedgerFlow? flow = _flows.GetValueOrDefault(key)?.Value;
            if (seen.IsSyn() && seen.Type is EventType.MpCapable or EventType.MpJoin)
            {
                ObserveOffer(key, flow, in seen);
            }
            else if (flow is not null)
            {
                Locate(flow, in seen);
                ObserveAnswer(flow, in seen);
            }
        }
    }

    /// <summary>The entries, the last used first.</summary>
    public IReadOnlyList<V1.LedgerEntry> List()
    {
        lock (_lock)
        {
            return [.. _byUse.Select(e => LedgerMessages.Of(e, options))];
        }
    }

    /// <summary>Sums over all entries there have been.</summary>
    public IReadOnlyList<LedgerTotal> Totals()
    {
        lock (_lock)
        {
            return [.. s_totals.Select(t => new LedgerTotal(t.Handshake, t.Outcome, _total[t.Count]))];
        }
    }

    private static bool IsVersion0(in PathEvent seen) =>
        MpCapableOption.TryRead(PathEventReading.OptionAt(seen.Options.Bytes, seen.OptionOffset), out MpCapableOption option)
        && option.Version == MptcpVersion.V0;

    /// <summary>
    /// A client whose keys came through and that sends plain data all the same has missed the options of the server's packets;
    /// so has a server that never got the keys which passed here (RFC 8684, section 3.7).
    /// </summary>
    private static bool LosesTowardClient(LedgerFlow flow, bool fromClient) => fromClient && !flow.Has(LedgerCount.Established);

    private void ObserveOffer(FlowKey key, LedgerFlow? flow, in PathEvent seen)
    {
        bool join = seen.Type == EventType.MpJoin;
        if (flow is not null && flow.Join == join && flow.SynSequence == seen.Sequence && flow.Client == seen.SourceEnd())
        {
            if (!join)
            {
                Count(flow, LedgerCount.OfferedAgain, in seen);
            }

            return;
        }

        if (flow is not null)
        {
            Forget(_flows[key]);
        }

        bool entering = seen.Hook == Hook.Ingress;
        var entry = new LedgerKey(
            LedgerKey.Network(seen.Source, options.IPv4Prefix, options.IPv6Prefix),
            LedgerKey.Network(seen.Destination, options.IPv4Prefix, options.IPv6Prefix),
            entering ? seen.Nic ?? "" : "",
            entering ? "" : seen.Nic ?? "");
        flow = new LedgerFlow(key, entry, seen.SourceEnd(), join, seen.Sequence);
        _flows[key] = _byAge.AddLast(flow);
        if (_flows.Count > options.MaxFlows)
        {
            Forget(_byAge.First!);
            Interlocked.Increment(ref _forgotten);
        }

        Count(flow, join ? LedgerCount.JoinsOffered : LedgerCount.Offered, in seen);
        if (!join && IsVersion0(in seen))
        {
            Count(flow, LedgerCount.OfferedV0, in seen);
        }
    }

    /// <summary>The port toward the server is known once something came from there, or left by it.</summary>
    private void Locate(LedgerFlow flow, in PathEvent seen)
    {
        bool fromClient = flow.Client == seen.SourceEnd();
        bool atServer = fromClient == (seen.Hook == Hook.Egress);
        if (!atServer || flow.Key.ServerNic.Length > 0 || seen.Nic is not { } nic)
        {
            return;
        }

        if (_entries.TryGetValue(flow.Key, out LinkedListNode<LedgerEntry>? old))
        {
            old.Value.Counts.Subtract(in flow.Counts);
            if (old.Value.Counts.IsEmpty)
            {
                _entries.Remove(flow.Key);
                _byUse.Remove(old);
            }
        }

        flow.Key = flow.Key with { ServerNic = nic };
        EntryOf(flow.Key, in seen).Counts.Add(in flow.Counts);
    }

    private void ObserveAnswer(LedgerFlow flow, in PathEvent seen)
    {
        bool fromClient = flow.Client == seen.SourceEnd();
        switch (seen.Type)
        {
            case EventType.MpCapable when seen.IsSynAck() && !flow.IsAnswered && !flow.Join:
                Count(flow, LedgerCount.Accepted, in seen);
                if (IsVersion0(in seen))
                {
                    Count(flow, LedgerCount.AcceptedV0, in seen);
                }

                break;
            case EventType.MpCapable when !seen.IsSynAck() && flow.Has(LedgerCount.Accepted):
                CountOnce(flow, LedgerCount.Established, in seen);
                break;
            case EventType.MpJoin when seen.IsSynAck() && !flow.IsAnswered && flow.Join:
                Count(flow, LedgerCount.JoinsAccepted, in seen);
                break;
            case EventType.MpJoin when !seen.IsSynAck() && flow.Has(LedgerCount.JoinsAccepted)
                && PathEventReading.OptionAt(seen.Options.Bytes, seen.OptionOffset).Length == ThirdAckJoinLength:
                CountOnce(flow, LedgerCount.JoinsEstablished, in seen);
                break;
            case EventType.Fallback when seen.IsSynAck() && !flow.IsAnswered:
                Count(flow, flow.Join ? LedgerCount.JoinsAnsweredWithout : LedgerCount.AnsweredWithout, in seen);
                break;
            case EventType.Fallback when flow.Has(LedgerCount.Accepted) && !flow.Has(LedgerCount.FellBackClient) && !flow.Has(LedgerCount.FellBackServer):
                Count(flow, LosesTowardClient(flow, fromClient) ? LedgerCount.FellBackClient : LedgerCount.FellBackServer, in seen);
                break;
            case EventType.MpFail when !flow.Join:
                CountOnce(flow, LedgerCount.Failed, in seen);
                break;
            case EventType.Actor when seen is { Op: Op.StripMptcp, Reason: Reason.Done } && seen.IsSyn() && !flow.Join:
                CountOnce(flow, LedgerCount.StrippedHere, in seen);
                break;
            case EventType.Actor when seen is { Op: Op.BlkSubflow, Reason: Reason.Done or Reason.Dropped } && seen.IsSyn() && flow.Join:
                CountOnce(flow, LedgerCount.JoinsRefusedHere, in seen);
                break;
            case EventType.Rst:
                ObserveReset(flow, fromClient, in seen);
                Forget(_flows[flow.Flow]);
                break;
            case EventType.Fin when seen.FlowFlags.HasFlag(FlowFlag.Fin):
                Forget(_flows[flow.Flow]);
                break;
            default:
                break;
        }
    }

    /// <summary>A join may be refused by either end: after the SYN/ACK because its HMAC is wrong (RFC 8684, section 3.2).</summary>
    private void ObserveReset(LedgerFlow flow, bool fromClient, in PathEvent seen)
    {
        if (flow.Join && !flow.Has(LedgerCount.JoinsEstablished) && (flow.Has(LedgerCount.JoinsAccepted) || (!flow.IsAnswered && !fromClient)))
        {
            Count(flow, LedgerCount.JoinsRefused, in seen);
        }
        else if (!flow.Join && !flow.IsAnswered && !fromClient)
        {
            Count(flow, LedgerCount.Refused, in seen);
        }
    }

    private void CountOnce(LedgerFlow flow, LedgerCount count, in PathEvent seen)
    {
        if (!flow.Has(count))
        {
            Count(flow, count, in seen);
        }
    }

    private void Count(LedgerFlow flow, LedgerCount count, in PathEvent seen)
    {
        flow.Counts.Increment(count);
        EntryOf(flow.Key, in seen).Counts.Increment(count);
        _total.Increment(count);
    }

    private LedgerEntry EntryOf(LedgerKey key, in PathEvent seen)
    {
        if (_entries.TryGetValue(key, out LinkedListNode<LedgerEntry>? node))
        {
            _byUse.Remove(node);
        }
        else
        {
            node = new LinkedListNode<LedgerEntry>(new LedgerEntry(key) { FirstSeen = seen.Time.UnixNanos() });
            _entries.Add(key, node);
            if (_entries.Count > options.MaxEntries)
            {
                _entries.Remove(_byUse.Last!.Value.Key);
                _byUse.RemoveLast();
                Interlocked.Increment(ref _evicted);
            }
        }

        _byUse.AddFirst(node);
        node.Value.LastSeen = seen.Time.UnixNanos();
        return node.Value;
    }

    private void Forget(LinkedListNode<LedgerFlow> node)
    {
        _flows.Remove(node.Value.Flow);
        _byAge.Remove(node);
    }
}
