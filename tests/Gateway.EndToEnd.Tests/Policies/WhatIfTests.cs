using Gateway.Client;
using Gateway.Lab;
using Gateway.Mptcp.Captures;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Packets;
using Gateway.Rpc;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.EndToEnd.Tests;

/// <summary>What a policy would do to packets of real hosts, which go on as they were.</summary>
[Collection(OnSharedPaths.Name)]
public sealed class WhatIfTests(SharedPaths paths)
{
    [Theory]
    [InlineData(Family.V4)]
    [InlineData(Family.V6)]
    public async Task A_capture_shows_what_a_policy_would_do(Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, family, RealChecksums.Everywhere);
        string nic = path.Lab.Paths[0].GatewayServerPort;
        string capture = Path.Combine(Path.GetTempPath(), $"{path.Lab.Name}-{family}.pcap");
        string policy = capture + ".yaml";
        try
        {
            await path.WatchAsync();
            await using (LabProcess tcpdump = path.Lab.Gateway.Start("tcpdump", ["-Z", "root", "-U", "-Q", "in", "-c", "400", "-i", nic, "-w", capture, "tcp"]))
            {
                await tcpdump.WaitForAsync(() => tcpdump.Errors.Any(l => l.Contains("listening", StringComparison.Ordinal)), "tcpdump listens");
                await using Transfer transfer = await path.StartAsync();
                await path.WaitForJoinAsync(transfer);
                await path.AssertWholeAsync(await transfer.StopAsync());
                await tcpdump.StopAsync();
            }

            CapturedFrame[] frames = Frames(capture);
            WhatIfResponse response = await path.Api.Telemetry.WhatIfAsync(Request(nic, frames, "{name: demote, priority: 9, actors: [{set_backup: on}, {blk_subflow: {addresses: [v4, v6]}}, count]}"));

            Assert.Equal(frames.Length, response.Packets.Count);
            Assert.All(response.Packets, p => Assert.Equal(("demote", 3), (p.Chain, p.Results.Count)));
            Assert.Contains(response.Packets, p => p.Results[0].Reason == Reason.Done && p.TcpOptions.Contains("mp_prio"));
            Assert.Contains(response.Packets, p => p.Results[1].Reason == Reason.Done && p.TcpOptions.Contains("add_addr"));
            int verified = 0;
            foreach ((CapturedFrame frame, TracedPacket packet) in frames.Zip(response.Packets).Where(p => p.First.Data.Length == p.First.OriginalLength))
            {
                Assert.Equal(ParseOutcome.None, PacketParser.Parse(frame.Data.Span, out ParsedPacket before));
                byte[] after = [.. packet.After.Data.Span, .. frame.Data.Span[before.PayloadOffset..before.End]];
                // A key that is masked leaves the checksum as right as it was.
                Assert.Equal(FrameChecksums.Verify(frame.Data.Span[..before.End]).Tcp, FrameChecksums.Verify(after).Tcp);
                Assert.NotEqual(ChecksumVerdict.Invalid, FrameChecksums.Verify(after).Ipv4Header);
                verified++;
            }

            Assert.True(verified > 100, $"{verified} frames were whole.");

            // The same with the command line, of a file as an operator has it.
            await File.WriteAllTextAsync(policy, "version: 1\nname: candidate\nchains:\n- {name: gone, priority: 9, select: {packet_type: data}, actors: [drop]}\n");
            (int code, string output, string errors) = await new ControlProgram(path).RunAsync("policy", "what-if", policy, "--pcap", capture, "--nic", nic);
            Assert.True(code == 0, errors);
            Assert.Contains("gone drop dropped; dropped", output, StringComparison.Ordinal);
            Assert.Contains("no chain matches; unchanged", output, StringComparison.Ordinal);

            // Nothing of it touched the traffic.
            Assert.Equal("watch", (await path.Api.Policies.GetAsync()).Applied.Name);
            Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPPrioRx"));
        }
        finally
        {
            File.Delete(capture);
            File.Delete(policy);
        }
    }

    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task A_shadow_counts_what_would_be_different_and_nothing_is(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        await using Transfer transfer = await path.StartAsync();
        await path.WaitForJoinAsync(transfer);
        await path.Api.Policies.ApplyAsync(PolicyChain.Named("counted").Do(a => a.Count()).ToPolicy("running"));
        string server = path.Lab.Paths[1].Server(family).ToString();
        var candidate = new ShadowRequest
        {
            Source = new PolicySource
            {
                Policy = new V1.Policy
                {
                    Name = "candidate",
                    Chains =
                    {
                        PolicyChain.Named("demote").Select(s => s.Src(server)).Do(a => a.SetBackup().Count()).ToPolicy("x").Chains[0],
                        PolicyChain.Named("counted").Do(a => a.Count()).ToPolicy("x").Chains[0],
                    },
                },
            },
            Packets = new TraceRequest { Yaml = $"port: {MptcpLab.Port}" },
        };
        candidate.Source.Policy.Chains[0].Priority = 9;

        ShadowReport? report = null;
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        await foreach (ShadowReport next in path.Api.Telemetry.ShadowAsync(candidate, limit.Token))
        {
            report = next;
            if (next.Same > 100 && next.Differences.Any(d => d.Headers))
            {
                break;
            }
        }

        Assert.True(report!.Compared >= report.Same + report.Differences.Aggregate(0ul, (sum, d) => sum + d.Packets), $"{report}");
        Assert.All(report.Differences, d => Assert.Equal(("counted", "demote"), (d.RunningChain, d.CandidateChain)));
        ShadowDifference placed = report.Differences.Single(d => d.Headers);
        Assert.Equal((TracedPacket.Types.Fate.Passed, TracedPacket.Types.Fate.Passed, server), (placed.RunningFate, placed.CandidateFate, placed.CandidateExample.SourceAddress));
        Assert.Contains("mp_prio", placed.CandidateExample.TcpOptions);
        Assert.Contains(report.Differences, d => !d.Headers);

        Assert.Equal((0, 0), await path.GrowthAsync("MPTcpExtMPPrioRx"));
        await path.AssertWholeAsync(await transfer.StopAsync());
    }

    [Fact]
    public async Task What_cannot_be_tried_is_refused()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        string nic = path.Lab.Paths[0].GatewayClientPort;
        var frame = new WhatIfFrame { Nic = nic, Data = ByteString.CopyFrom(new byte[60]) };
        const string Counted = "{name: all, priority: 9, actors: [count]}";

        Assert.Equal(Reason.NotIp, (await path.Api.Telemetry.WhatIfAsync(Request(Counted, frame))).Packets.Single().Reason);
        await RefusedAsync(path, StatusCode.NotFound, "nosuch0", Request(Counted, new WhatIfFrame { Nic = "nosuch0", Data = frame.Data }));
        await RefusedAsync(path, StatusCode.InvalidArgument, "error", Request("{name: all, priority: 9, actors: [sing]}", frame));
        await RefusedAsync(path, StatusCode.FailedPrecondition, "mirror", Request($"{{name: all, priority: 9, hooks: [egress], actors: [{{mirror: {{port: {nic}}}}}]}}", frame));
        await RefusedAsync(path, StatusCode.InvalidArgument, "", Request(Counted, new WhatIfFrame { Nic = nic, Data = ByteString.CopyFrom(new byte[4000]) }));
        // And after all that another one can.
        Assert.Single((await path.Api.Telemetry.WhatIfAsync(Request(Counted, frame))).Packets);
    }

    [Fact]
    public async Task The_next_one_waits_a_moment_until_the_one_before_has_ended()
    {
        await using PathUnderTest path = await paths.TakeAsync(LabMode.Routed, Family.V4);
        await path.WatchAsync();
        WhatIfRequest next = Request(
            "{name: all, priority: 9, actors: [count]}", new WhatIfFrame { Nic = path.Lab.Paths[0].GatewayClientPort, Data = ByteString.CopyFrom(new byte[60]) });

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        IAsyncEnumerator<ShadowReport> shadow = path.Api.Telemetry.ShadowAsync(new ShadowRequest { Source = next.Source }, limit.Token).GetAsyncEnumerator(limit.Token);
        Assert.True(await shadow.MoveNextAsync());
        await RefusedAsync(path, StatusCode.FailedPrecondition, "being tried", next);
        await shadow.DisposeAsync();
        Assert.Single((await path.Api.Telemetry.WhatIfAsync(next)).Packets);
    }

    private static async Task RefusedAsync(PathUnderTest path, StatusCode code, string why, WhatIfRequest request)
    {
        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => path.Api.Telemetry.WhatIfAsync(request));
        Assert.Equal(code, refused.StatusCode);
        Assert.Contains(why, refused.Status.Detail, StringComparison.Ordinal);
    }

    private static CapturedFrame[] Frames(string capture)
    {
        using FileStream stream = File.OpenRead(capture);
        return [.. PcapReader.Read(stream).Where(f => f.OriginalLength <= 3400)];
    }

    private static WhatIfRequest Request(string nic, IEnumerable<CapturedFrame> frames, string chain) => Request(
        chain, [.. frames.Select(f => new WhatIfFrame { Nic = nic, Data = UnsafeByteOperations.UnsafeWrap(f.Data), FrameLength = (uint)f.OriginalLength })]);

    private static WhatIfRequest Request(string chain, params WhatIfFrame[] frames) => new()
    {
        Source = new PolicySource { Yaml = $"version: 1\nname: candidate\nchains:\n- {chain}\n" },
        Frames = { frames },
        Headers = true,
    };
}
