using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Options;
using ActorResult = Gateway.V1.ActorResult;
using Event = Gateway.V1.Event;

namespace Gateway.Daemon.Telemetry;

/// <summary>The packet of a trace as clients see it: names of options, never their content, which may be a key.</summary>
internal static class TraceMessages
{
    private static readonly string[] s_flags = ["FIN", "SYN", "RST", "PSH", "ACK", "URG", "ECE", "CWR"];

    /// <summary>Fills what only traces have.</summary>
    public static void Fill(Event message, in PathEvent seen, Func<uint, AppliedPolicy?> findGeneration)
    {
        message.Sequence = seen.Sequence;
        for (int bit = 0; bit < s_flags.Length; bit++)
        {
            if ((seen.TcpFlags & (1 << bit)) != 0)
            {
                message.TcpFlags.Add(s_flags[bit]);
            }
        }

        AddOptions(message, seen.Options.Bytes);
        if (seen.Chain < 0 || findGeneration(seen.Generation) is not { } policy || seen.Chain >= policy.Chains.Count)
        {
            return;
        }

        IReadOnlyList<string> actors = policy.Chains[seen.Chain].Actors;
        for (int step = 0; step < actors.Count; step++)
        {
            if (seen.Results[step] is not Reason.None and var reason)
            {
                message.Results.Add(new ActorResult { Step = (uint)step, Actor = actors[step], Reason = (V1.Reason)reason });
            }
        }
    }

    private static void AddOptions(Event message, ReadOnlySpan<byte> options)
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

                message.TcpOptions.Add(NameOf(options[..length]));
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
