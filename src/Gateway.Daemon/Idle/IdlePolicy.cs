using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Packets;
using Gateway.Policy;
using Hook = Gateway.Policy.Hook;

namespace Gateway.Daemon.Idle;

/// <summary>What the running policy wants both ends of a subflow to know: set_backup, close_subflow.</summary>
internal sealed class IdlePolicy
{
    private const PacketTypes Carrier = PacketTypes.PureAck | PacketTypes.Dss | PacketTypes.DataAck | PacketTypes.Mptcp;
    private const FlowFlag Over = FlowFlag.Fin | FlowFlag.Rst | FlowFlag.Fastclose | FlowFlag.Fallback | FlowFlag.Refused;

    private readonly CompiledPolicy _policy;
    private readonly (int Step, Actor Actor)?[] _speakers;
    private readonly Dictionary<string, PortInfo> _ports;

    private IdlePolicy(CompiledPolicy policy, (int Step, Actor Actor)?[] speakers, IEnumerable<PortInfo> ports)
    {
        _policy = policy;
        _speakers = speakers;
        _ports = ports.ToDictionary(p => p.Nic, StringComparer.Ordinal);
    }

    /// <summary>Null when no chain wants any.</summary>
    public static IdlePolicy? Of(CompiledPolicy? policy, IEnumerable<PortInfo> ports)
    {
        (int, Actor)?[] speakers = policy is null ? [] : [.. policy.Chains.Select(SpeakerOf)];
        return speakers.Any(s => s is not null) ? new IdlePolicy(policy!, speakers, ports) : null;
    }

    /// <summary>What is wanted of both ways of a flow, obeyed already or not.</summary>
    public IEnumerable<IdleWish> Of(FlowSnapshot flow, DateTimeOffset now)
    {
        if ((flow.Flags & Over) != 0 || (flow.Flags & (FlowFlag.Mptcp | FlowFlag.Established)) != (FlowFlag.Mptcp | FlowFlag.Established)
            || ((flow.FromClient.Flags | flow.FromServer.Flags) & FlowDirFlag.Fin) != 0)
        {
            yield break;
        }

        foreach (bool fromClient in new[] { true, false })
        {
            FlowDirectionSnapshot way = fromClient ? flow.FromClient : flow.FromServer;

            // A receiver that does not hold the subflow for established yet would reset it (RFC 8684 section 3.2).
            bool taken = (way.Flags & FlowDirFlag.Dss) != 0 || (fromClient && (flow.Flags & FlowFlag.Join) != 0);

            if (taken && Wish(flow, fromClient, way, now) is { } wish)
            {
                yield return wish;
            }
        }
    }

    /// <summary>The port a frame of this way leaves by in wire mode; null in host mode, where the kernel routes.</summary>
    public PortInfo? WireExit(FlowDirectionSnapshot way) =>
        way.IngressNic is { } nic && _ports.TryGetValue(nic, out PortInfo? port) && port.Peer is { } peer ? _ports.GetValueOrDefault(peer) : null;

    private IdleWish? Wish(FlowSnapshot flow, bool fromClient, FlowDirectionSnapshot way, DateTimeOffset now)
    {
        FlowDirectionSnapshot back = fromClient ? flow.FromServer : flow.FromClient;
        string? exit = WireExit(way)?.Nic ?? back.IngressNic;
        foreach ((Hook hook, string? nic) in new[] { (Hook.Ingress, way.IngressNic), (Hook.Egress, exit) })
        {
            if (nic is null || !_ports.TryGetValue(nic, out PortInfo? port))
            {
                continue;
            }

            int chain = _policy.Classify(Packet(flow, fromClient, way, hook, port.Index, now));
            if (chain >= 0 && _speakers[chain] is var (step, actor))
            {
                return actor is CloseSubflowActor close
                    ? new CloseWish(flow, fromClient, chain, step, close.Reason)
                    : new PriorityWish(flow, fromClient, chain, step, ((SetBackupActor)actor).Backup);
            }
        }

        return null;
    }

    /// <summary>The actor of a chain whose word idle subflows are told; one that is closed needs no priority.</summary>
    private static (int Step, Actor Actor)? SpeakerOf(CompiledChain chain)
    {
        int close = IndexOf(actor => actor is CloseSubflowActor), step = close >= 0 ? close : IndexOf(actor => actor is SetBackupActor);
        return step < 0 ? null : (step, chain.Actors[step]);

        int IndexOf(Predicate<Actor> wanted) => Array.FindIndex([.. chain.Actors], wanted);
    }

    private static PolicyPacket Packet(FlowSnapshot flow, bool fromClient, FlowDirectionSnapshot way, Hook hook, int port, DateTimeOffset now)
    {
        (FlowEnd from, FlowEnd to) = fromClient ? (flow.Client, flow.Server) : (flow.Server, flow.Client);
        FlowDirection direction = !flow.OriginKnown ? FlowDirection.Unknown : fromClient ? FlowDirection.Original : FlowDirection.Reply;
        var facts = new FlowFacts
        {
            Vlan = flow.Vlan,
            Sets = flow.Sets,
            Tokens = flow.ConnectionId == 0 ? null : ((uint)(flow.ConnectionId >> 32), (uint)flow.ConnectionId),
            Subflow = flow.Ordinal == 0 ? null : flow.Ordinal,
            Age = (ulong)Math.Max(0, (now - flow.Created).TotalMilliseconds),
            Backup = flow.FromClient.Backup || flow.FromServer.Backup,
            AddressId = way.AddressId,
            Version = (flow.Flags & FlowFlag.V0) != 0 ? 0 : 1,
        };
        return new PolicyPacket(
            from.Address.AddressFamily == AddressFamily.InterNetwork ? IpFamily.IPv4 : IpFamily.IPv6,
            Number(from.Address), Number(to.Address), from.Port, to.Port, hook, port, direction, Carrier, facts);
    }

    private static UInt128 Number(IPAddress address)
    {
        byte[] bytes = address.GetAddressBytes();
        return bytes.Length == 4 ? BinaryPrimitives.ReadUInt32BigEndian(bytes) : BinaryPrimitives.ReadUInt128BigEndian(bytes);
    }
}
