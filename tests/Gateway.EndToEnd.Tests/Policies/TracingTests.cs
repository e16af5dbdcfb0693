using System.Diagnostics;
using System.Globalization;
using System.Net;
using Gateway.Client;
using Gateway.Lab;
using Gateway.Mptcp.Captures;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Packets;
using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Why packets of real hosts are treated as they are, while the policy goes on.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class TracingTests(SharedPaths paths)
{
    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task A_trace_tells_the_chain_and_every_actors_result_and_changes_nothing(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        string server = path.Lab.Paths[1].Server(family).ToString();
        await path.Api.Policies.ApplyAsync(PolicyChain.Named("demote").Select(s => s.Src(server)).Do(a => a.SetBackup().Count()).ToPolicy("demote"));
        await using (TraceLog trace = await TraceLog.StartAsync(path, $"all: [{{port: {MptcpLab.Port}}}, {{packet_type: [mptcp]}}]"))
        {
            await transfer.WaitForBytesAsync(transfer.Bytes + 2_000_000);
            // A policy that comes meanwhile is traced on.
            ApplyPolicyResponse second = await path.Api.Policies.ApplyAsync(
                PolicyChain.Named("restore").Select(s => s.Src(server)).Do(a => a.SetBackup(false).Count()).ToPolicy("restore"));
            await transfer.WaitForBytesAsync(transfer.Bytes + 2_000_000);
            await Wait.UntilAsync(() => trace.Packets.Any(p => p.Revision == second.Applied.Revision && p.Chain == "restore"), "packets of the new policy");

            Assert.Contains(trace.Packets, p => p.Chain == "demote" && p.SourceAddress == server && p.Results.Count == 2 && p.Results[1].Reason == Reason.Done);
            Assert.Contains(trace.Packets, p => p.Chain.Length == 0 && p.SourceAddress != server && p.Results.Count == 0 && !p.Rewritten);
            Assert.All(trace.Packets.Where(p => p.Chain.Length > 0), p => Assert.Equal(server, p.SourceAddress));
            foreach (TracedPacket placed in trace.Packets.Where(p => p.Results.Count > 0 && p.Results[0] is { Actor: "set_backup", Reason: Reason.Done }))
            {
                Assert.True(placed.Rewritten);
                Assert.Contains("mp_prio", placed.TcpOptions);
                Assert.Equal(ParseOutcome.None, PacketParser.Parse(placed.After.Data.Span, (int)placed.After.FrameLength, out ParsedPacket after));
                Assert.True(after.Types.HasFlag(PacketTypes.MpPrio));
                Assert.Equal(IPAddress.Parse(placed.SourceAddress), after.Source);
            }
        }

        // The trace has ended: nothing is captured any more, and the policy is the one that ran.
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => path.Api.Telemetry.TraceAsync(new TraceRequest { Yaml = "src: 10.0.0.0/33" }).GetAsyncEnumerator().MoveNextAsync().AsTask());
        Assert.Equal(StatusCode.InvalidArgument, refused.StatusCode);
        Assert.Equal("restore", (await path.Api.Policies.GetAsync()).Applied.Name);
        Assert.True((await path.GrowthAsync("MPTcpExtMPPrioRx")).Client >= 2);
        await path.AssertWholeAsync(await transfer.StopAsync());
    }

    [Fact]
    public async Task A_capture_is_read_by_other_programs_with_before_after_and_why()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        string server = path.Lab.Paths[1].Server(Family.V4).ToString();
        await path.Api.Policies.ApplyAsync(
            PolicyChain.Named("demote").Select(s => s.Src(server)).Do(a => a.SetBackup().Count()).ToPolicy("demote"));
        string file = Path.Combine(Path.GetTempPath(), $"{path.Lab.Name}.pcapng");
        try
        {
            await using LabProcess capture = new ControlProgram(path).Start("capture", file, $"port: {MptcpLab.Port}");
            await Wait.UntilAsync(
                async () =>
                {
                    await path.Lab.PingAsync(count: 1);
                    return new FileInfo(file) is { Exists: true, Length: > 2000 };
                },
                "packets in the capture",
                TimeSpan.FromSeconds(30));
            await using Transfer transfer = await path.StartAsync();
            await path.WaitForJoinAsync(transfer);
            await transfer.WaitForBytesAsync(transfer.Bytes + 2_000_000);
            await Wait.UntilAsync(
                async () => await path.Gateway.CountAsync("demote", "set_backup", Reason.Done) > 0, "MP_PRIO is placed");
            await path.AssertWholeAsync(await transfer.StopAsync());
            using (var kill = Process.Start("kill", ["-INT", capture.Pid.ToString(CultureInfo.InvariantCulture)]))
            {
                await kill.WaitForExitAsync();
            }

            using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            Assert.Equal(0, await capture.WaitForExitAsync(limit.Token));
            Assert.Empty(capture.Errors);

            // By tshark, the reader of others: what was placed, and the comment that says why.
            string[] placed = (await path.Lab.Gateway.RunAsync(
                "tshark", "-r", file, "-Y", "tcp.options.mptcp.subtype == 5 && frame.comment", "-T", "fields", "-e", "frame.interface_name", "-e", "frame.comment"))
                .Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.Contains(placed, line => line.Contains(" after\t", StringComparison.Ordinal) && line.Contains("demote (revision ", StringComparison.Ordinal) && line.Contains("set_backup done, count done; rewritten", StringComparison.Ordinal));
            Assert.Equal("", (await path.Lab.Gateway.RunAsync("tshark", "-r", file, "-Y", "_ws.malformed || _ws.short && !tcp.len")).Trim());
            foreach (CapturedFrame frame in PcapngReader.Read(file).Where(f => f.OriginalLength == f.Data.Length))
            {
                Assert.NotEqual(ChecksumVerdict.Invalid, FrameChecksums.Verify(frame.Data.Span).Ipv4Header);
            }
        }
        finally
        {
            File.Delete(file);
        }
    }
}
