using System.Buffers.Binary;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Gateway.Lab;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.EndToEnd.Tests;

/// <summary>Keys pass through the gateway and stay there.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class SecrecyTests(SharedPaths paths)
{
    private const int RecordHeader = 16, FileHeader = 24;

    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task Keys_appear_in_no_answer_event_log_or_file(Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, family);
        await path.WatchAsync(a => a.GetConnect().GetSubflow());
        await using EventLog events = await EventLog.SubscribeAsync(path);
        string capture = Path.Combine(Path.GetTempPath(), $"{path.Lab.Name}.pcap");
        try
        {
            await using LabProcess tcpdump = path.Lab.Gateway.Start(
                "tcpdump", ["-Z", "root", "-U", "-s", "160", "-i", path.Lab.Paths[0].GatewayClientPort, "-w", capture, "tcp"]);
            await tcpdump.WaitForAsync(
                () => tcpdump.Errors.Any(l => l.Contains("listening", StringComparison.Ordinal)), "tcpdump listens");
            await using TraceLog trace = await TraceLog.StartAsync(path, "port: 5001");
            await using Transfer transfer = await path.StartAsync();
            await path.WaitForJoinAsync(transfer);
            Connection connection = await path.FindAsync(c => c.State == ConnectionState.Established, "the connection");
            byte[] bundle = await SupportBundleAsync(path);
            await path.AssertWholeAsync(await transfer.StopAsync());
            await path.FindAsync(c => c.Id == connection.Id && c.State == ConnectionState.Closed, "its end");
            await tcpdump.StopAsync();

            MptcpKey[] keys = Keys(capture);
            // They are the connection's keys: the listed tokens are derived from them.
            Assert.Equal([connection.ClientToken, connection.ServerToken], keys.Select(key => KeyDerivation.Token(key)));

            (string text, byte[] binary) = await EverythingToldAsync(path, events);
            Assert.Contains(connection.Id, Encoding.UTF8.GetString(bundle), StringComparison.Ordinal);
            byte[] traced = [.. trace.Packets.SelectMany(packet => packet.ToByteArray())];
            Assert.Contains(trace.Packets, packet => packet.TcpOptions.Contains("mp_capable") && packet.TcpFlags.SequenceEqual(["ACK"]));
            (text, binary) = (text + Encoding.UTF8.GetString(bundle), [.. binary, .. bundle, .. traced]);
            Assert.Contains(connection.Id, text, StringComparison.Ordinal);
            Assert.Contains(connection.ClientToken.ToString(CultureInfo.InvariantCulture), text, StringComparison.Ordinal);
            foreach (string form in keys.SelectMany(Forms))
            {
                Assert.DoesNotContain(form, text, StringComparison.OrdinalIgnoreCase);
            }

            foreach (byte[] bytes in keys.SelectMany(Orders))
            {
                Assert.True(binary.AsSpan().IndexOf(bytes) < 0, "An answer holds a key in binary.");
            }
        }
        finally
        {
            File.Delete(capture);
        }
    }

    /// <summary>The support bundle while the connection is open, unpacked.</summary>
    private static async Task<byte[]> SupportBundleAsync(PathUnderTest path)
    {
        using MemoryStream packed = new(), unpacked = new();
        await path.Api.System.SupportBundleAsync(packed);
        packed.Position = 0;
        await new GZipStream(packed, CompressionMode.Decompress).CopyToAsync(unpacked);
        return unpacked.ToArray();
    }

    /// <summary>Every answer, event and line of the log, and every file the daemon keeps.</summary>
    private static async Task<(string Text, byte[] Binary)> EverythingToldAsync(PathUnderTest path, EventLog events)
    {
        List<IMessage> told =
        [
            await path.Api.Connections.ListAsync(includeClosed: true),
            await path.Api.Connections.LedgerAsync(),
            await path.Api.Telemetry.CountersAsync(),
            await path.Api.System.StatusAsync(),
            await path.Api.Ports.ListAsync(),
            await path.Api.Policies.GetAsync(),
            .. events.Events,
        ];
        Assert.Contains(events.Events, e => e.Kind == Event.Types.Kind.MpCapable && e.Actor == "get_connect");
        Assert.Contains(events.Events, e => e.Kind == Event.Types.Kind.MpJoin && e.Actor == "get_subflow");
        var text = new StringBuilder(path.Gateway.Transcript);
        var binary = new List<byte>();
        foreach (IMessage message in told)
        {
            text.AppendLine(JsonFormatter.Default.Format(message));
            binary.AddRange(message.ToByteArray());
        }

        foreach (string file in Directory.EnumerateFiles(Path.GetDirectoryName(path.Gateway.SocketPath)!, "*", SearchOption.AllDirectories)
            .Where(file => file != path.Gateway.SocketPath))
        {
            binary.AddRange(await File.ReadAllBytesAsync(file));
            text.AppendLine(await File.ReadAllTextAsync(file));
        }

        return (text.ToString(), [.. binary]);
    }

    /// <summary>Client's and server's key, of the last third ACK in a capture of pcap format.</summary>
    private static MptcpKey[] Keys(string capture)
    {
        ReadOnlySpan<byte> bytes = File.ReadAllBytes(capture);
        MptcpKey[] keys = [];
        for (int at = FileHeader; at + RecordHeader <= bytes.Length;)
        {
            int captured = BinaryPrimitives.ReadInt32LittleEndian(bytes[(at + 8)..]);
            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes[(at + 12)..]);
            ReadOnlySpan<byte> frame = bytes.Slice(at + RecordHeader, captured);
            at += RecordHeader + captured;
            if (PacketParser.Parse(frame, length, out ParsedPacket packet) == ParseOutcome.None
                && packet.Types.HasFlag(PacketTypes.MpCapable)
                && MpCapableOption.TryRead(packet.Option(frame, MptcpSubtype.MpCapable), out MpCapableOption option)
                && option is { SenderKey: MptcpKey sender, ReceiverKey: MptcpKey receiver })
            {
                keys = [sender, receiver];
            }
        }

        return keys;
    }

    private static IEnumerable<byte[]> Orders(MptcpKey key)
    {
        byte[] wire = new byte[MptcpKey.Length];
        key.CopyTo(wire);
        return [wire, [.. wire.Reverse()]];
    }

    private static IEnumerable<string> Forms(MptcpKey key) => Orders(key).SelectMany(bytes => (string[])
    [
        Convert.ToHexString(bytes),
        BitConverter.ToString(bytes),
        BitConverter.ToString(bytes).Replace('-', ' '),
        BitConverter.ToString(bytes).Replace('-', ':'),
        Convert.ToBase64String(bytes).TrimEnd('='),
        BinaryPrimitives.ReadUInt64BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
        BinaryPrimitives.ReadInt64BigEndian(bytes).ToString(CultureInfo.InvariantCulture),
    ]);
}
