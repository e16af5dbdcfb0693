using Gateway.Daemon.Connections;
using Gateway.DataPlane;
using Gateway.Mptcp.Options;
using Gateway.V1;
using Google.Protobuf;
using Google.Protobuf.Collections;
using AppliedPolicy = Gateway.DataPlane.AppliedPolicy;
using Event = Gateway.V1.Event;
using Hook = Gateway.DataPlane.Abi.Hook;
using Reason = Gateway.DataPlane.Abi.Reason;

namespace Gateway.Daemon.Telemetry;

/// <summary>Traced packets as clients see them, never with a key.</summary>
internal static class TraceMessages
{
    private static readonly string[] s_flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

    /// <summary>Fills what only traces have.</summary>
    public static void Fill(Event message, in PathEvent seen, Func<uint, AppliedPolicy?> findGeneration)
    {
        message.Sequence = seen.Sequence;
        message.TcpFlags.AddRange(FlagsOf(in seen));
        AddOptions(message.TcpOptions, seen.Options.Bytes);
        if (ChainOf(in seen, findGeneration) is { } chain)
        {
            message.Results.AddRange(ResultsOf(in seen, chain));
        }
    }

    /// <summary>A captured packet.</summary>
    /// <param name="packet">The packet.</param>
    /// <param name="headers">Whether its headers are told, without the keys in them.</param>
    /// <param name="findGeneration">Finds the policy its chain is of.</param>
    public static TracedPacket Of(CapturedPacket packet, bool headers, Func<uint, AppliedPolicy?> findGeneration)
    {
        PathEvent seen = packet.Event;
        var message = new TracedPacket
        {
            UnixNanos = seen.Time.UnixNanos(),
            Nic = seen.Nic ?? "",
            Hook = seen.Hook == Hook.Ingress ? "ingress" : "egress",
            SourceAddress = seen.Source.ToString(),
            SourcePort = seen.SourcePort,
            DestinationAddress = seen.Destination.ToString(),
            DestinationPort = seen.DestinationPort,
            Vlan = seen.Vlan,
            ConnectionId = seen.ConnectionId == 0 ? "" : TrackedConnection.NameOf(seen.ConnectionId),
            Sequence = seen.Sequence,
            Revision = findGeneration(seen.Generation)?.Text.Revision ?? 0,
            Fate = packet.Fate switch
            {
                Reason.Dropped => TracedPacket.Types.Fate.Dropped,
                Reason.Redirected => TracedPacket.Types.Fate.Redirected,
                _ => TracedPacket.Types.Fate.Passed,
            },
            TargetNic = packet.Target ?? "",
            Rewritten = !packet.Before.Span.SequenceEqual(packet.After.Span),
        };
        message.TcpFlags.AddRange(FlagsOf(in seen));
        AddOptions(message.TcpOptions, seen.Options.Bytes);
        if (ChainOf(in seen, findGeneration) is { } chain)
        {
            message.Chain = chain.Name;
            message.Results.AddRange(ResultsOf(in seen, chain));
        }

        if (headers)
        {
            message.Before = HeadersOf(packet.Before, packet.LengthBefore);
            message.After = HeadersOf(packet.After, packet.LengthAfter);
        }

        return message;
    }

    private static PacketHeaders HeadersOf(ReadOnlyMemory<byte> headers, int frameLength)
    {
        byte[] shown = headers.ToArray();
        KeyMask.Apply(shown, frameLength);
        return new PacketHeaders { Data = UnsafeByteOperations.UnsafeWrap(shown), FrameLength = (uint)frameLength };
    }

    private static AppliedChain? ChainOf(in PathEvent seen, Func<uint, AppliedPolicy?> findGeneration) =>
        seen.Chain >= 0 && findGeneration(seen.Generation) is { } policy && seen.Chain < policy.Chains.Count ? policy.Chains[seen.Chain] : null;

    private static List<string> FlagsOf(in PathEvent seen)
    {
        var names = new List<string>();
        for (int bit = 0; bit < s_flags.Length; bit++)
        {
            if ((seen.TcpFlags & (1 << bit)) != 0)
            {
                names.Add(s_flags[bit]);
            }
        }

        return names;
    }

    private static List<ActorResult> ResultsOf(in PathEvent seen, AppliedChain chain)
    {
        var results = new List<ActorResult>();
        for (int step = 0; step < chain.Actors.Count; step++)
        {
            if (seen.Results[step] is not Reason.None and var reason)
            {
                results.Add(new ActorResult { Step = (uint)step, Actor = chain.Actors[step], Reason = (V1.Reason)reason });
            }
        }

        return results;
    }

    private static void AddOptions(RepeatedField<string> names, ReadOnlySpan<byte> options)
    {
        while (!options.IsEmpty && options[0] != (byte)TcpOptionKind.EndOfList)
        {
            int length = 1;
            if (options[0] != (byte)TcpOptionKind.NoOperation)
            {
                length = options.Length > 1 ? options[1] : 0;
                if (length < 2 || length > options.Length)
                {
                    return;
                }

                names.Add(NameOf(options[..length]));
            }

            options = options[length..];
        }
    }

    private static string NameOf(ReadOnlySpan<byte> option) => (TcpOptionKind)option[0] switch
    {
        TcpOptionKind.MaximumSegmentSize => "mss",
        TcpOptionKind.WindowScale => "window_scale",
        TcpOptionKind.SackPermitted => "sack_permitted",
        TcpOptionKind.Sack => "sack",
        TcpOptionKind.Timestamps => "timestamps",
        TcpOptionKind.Mptcp when option.Length > 2 => NameOf((MptcpSubtype)(option[2] >> 4)),
        _ => $"kind_{option[0]}",
    };

    private static string NameOf(MptcpSubtype subtype) => subtype switch
    {
        MptcpSubtype.MpCapable => "mp_capable",
        MptcpSubtype.MpJoin => "mp_join",
        MptcpSubtype.Dss => "dss",
        MptcpSubtype.AddAddr => "add_addr",
        MptcpSubtype.RemoveAddr => "remove_addr",
        MptcpSubtype.MpPrio => "mp_prio",
        MptcpSubtype.MpFail => "mp_fail",
        MptcpSubtype.MpFastclose => "mp_fastclose",
        MptcpSubtype.MpTcprst => "mp_tcprst",
        _ => $"mptcp_{(int)subtype}",
    };
}
