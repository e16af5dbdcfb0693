using Gateway.Mptcp.Captures;
using Gateway.Rpc.Tests;

namespace Gateway.Cli.Tests;

public sealed class TraceCommandTests
{
    private const string Packet =
        "2023-11-14T22:13:20.123Z wan0/ingress 10.0.1.1:40000 -> [2001:db8::2]:443 connection=0a0b0c0d:01020304 seq=4000000000 flags=ACK options=timestamps,dss,mp_prio: "
        + "demote (revision 7) set_backup done, count done; rewritten";

    [Fact]
    public async Task A_trace_prints_a_line_a_packet_and_ends_after_so_many()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();

        Finished trace = await gateway.RunAsync("trace", "{src: 10.0.1.0/24}", "--count", "3");

        Assert.Equal((0, ""), (trace.ExitCode, trace.Errors));
        string[] lines = trace.Output.TrimEnd('\n').Split('\n');
        Assert.Equal(3, lines.Length);
        Assert.Equal(Packet, lines[0]);
        Assert.StartsWith("(3 packets lost) 2023-11-14T22:13:20.123Z wan0/ingress 10.0.1.1:40000 -> [2001:db8::2]:443 vlan=7 ", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(": gone (revision 7) set_backup done, count done; dropped", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(": no chain matches; redirected to wan1", lines[2], StringComparison.Ordinal);
        Assert.Equal(("{src: 10.0.1.0/24}", false), (gateway.Telemetry.Traced!.Yaml, gateway.Telemetry.Traced.Headers));
    }

    [Fact]
    public async Task A_capture_holds_packets_before_and_after_and_ends_with_Ctrl_C()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        string file = Path.Combine(Path.GetTempPath(), $"gw-{Guid.NewGuid():N}.pcapng");
        try
        {
            using Gatewayctl capture = gateway.Start("capture", file);
            // Each packet is in the file when it has come, not when the capture ends.
            await Eventually.HoldsAsync(() => File.Exists(file) && new FileInfo(file).Length > 700, "three packets are in the file");
            capture.PressControlC();
            Assert.Equal(new Finished(0, $"{file}: 3 packets, 3 lost\n", ""), await capture.FinishAsync());
            CapturedFrame[] frames = [.. PcapngReader.Read(file)];
            // Rewritten: twice; dropped and untouched: once each.
            Assert.Equal([(0, 66), (1, 70), (0, 66), (0, 66)], frames.Select(f => (f.InterfaceId, f.OriginalLength)));
            Assert.Equal(Enumerable.Range(1, 70).Select(i => (byte)i), frames[1].Data.ToArray());
            Assert.Equal(1_700_000_000_123_456_789ul, frames[0].Timestamp);
            string content = System.Text.Encoding.Latin1.GetString(await File.ReadAllBytesAsync(file));
            Assert.Contains("demote (revision 7) set_backup done, count done; rewritten", content, StringComparison.Ordinal);
            Assert.Contains("wan0 ingress after", content, StringComparison.Ordinal);

            Finished again = await gateway.RunAsync("capture", file);
            Assert.Equal(1, again.ExitCode);
            Assert.Contains(file, again.Errors, StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(file);
        }
    }
}
