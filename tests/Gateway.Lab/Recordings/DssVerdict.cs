using System.Globalization;
using System.Net;
using Gateway.Mptcp.Captures;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Lab;

/// <summary>What the DSS checksums of a recording are.</summary>
/// <param name="Name">Where it was made.</param>
/// <param name="Right">Mappings whose checksum fits their data.</param>
/// <param name="Unknown">Mappings of which the recording lacks data.</param>
/// <param name="Wrong">What is wrong: mappings whose checksum does not fit, data that is another when sent again.</param>
public sealed record DssVerdict(string Name, int Right, int Unknown, IReadOnlyList<string> Wrong)
{
    /// <summary>Verifies the subflows whose SYN is in a recording.</summary>
    /// <param name="name">Where it was made.</param>
    /// <param name="recording">A capture as tcpdump writes it, with whole frames.</param>
    /// <exception cref="InvalidDataException">It is no pcap capture.</exception>
    public static DssVerdict Of(string name, Stream recording)
    {
        var streams = new Dictionary<(IPAddress, ushort, IPAddress, ushort), SubflowBytes>();
        // An earlier subflow between the same ends is one of them too.
        var all = new List<SubflowBytes>();
        var wrong = new List<string>();
        int number = 0;
        foreach (CapturedFrame frame in PcapReader.Read(recording))
        {
            number++;
            ReadOnlySpan<byte> bytes = frame.Data.Span;
            if (PacketParser.Parse(bytes, frame.OriginalLength, out ParsedPacket packet) != ParseOutcome.None)
            {
                continue;
            }

            var key = (packet.Source, packet.SourcePort, packet.Destination, packet.DestinationPort);
            if (packet.Flags.HasFlag(TcpFlags.Syn) && (!streams.TryGetValue(key, out SubflowBytes? known) || known.InitialSequence != packet.SequenceNumber))
            {
                streams[key] = new SubflowBytes(packet.SequenceNumber);
                all.Add(streams[key]);
            }

            if (!streams.TryGetValue(key, out SubflowBytes? stream) || bytes.Length < packet.End)
            {
                continue;
            }

            if (!stream.Add(packet.SequenceNumber, bytes.Slice(packet.PayloadOffset, packet.PayloadLength)))
            {
                wrong.Add(Line($"{name}: frame {number} of {Ends(packet)} has other bytes at {packet.SequenceNumber - stream.InitialSequence} than before"));
            }

            if (DssOption.TryRead(packet.Option(bytes, MptcpSubtype.Dss), out DssOption dss) && dss is { Checksum: not null, DataLength: > 0, SubflowSequence: > 0 })
            {
                stream.Add(dss with { DataAck = null, Flags = dss.Flags & ~(DssFlags.DataAck | DssFlags.DataAck8) }, Line($"frame {number} of {Ends(packet)}"));
            }
        }

        int right = 0, unknown = 0;
        foreach ((DssOption mapping, string where, bool? fits) in all.SelectMany(stream => stream.Verify()))
        {
            _ = fits switch { true => right++, false => 0, null => unknown++ };
            if (fits == false)
            {
                wrong.Add(Line($"{name}: the checksum of {mapping} in {where} does not fit its data"));
            }
        }

        return new DssVerdict(name, right, unknown, wrong);
    }

    private static string Ends(ParsedPacket packet) =>
        Line($"{packet.Source} port {packet.SourcePort} to {packet.Destination} port {packet.DestinationPort}");

    private static string Line(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
