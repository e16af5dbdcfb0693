using System.CommandLine;
using Gateway.Mptcp.Captures;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Cli;

/// <summary>gatewayctl policy what-if and shadow: what a policy would do.</summary>
internal static class WhatIfCommands
{
    private const int Ethernet = 1;
    private const int LongestFrame = 3400;

    internal static Command WhatIf(Session session)
    {
        Argument<string> file = PolicyCommands.PolicyFile();
        Option<string> capture = new("--pcap") { Description = "The packets: a capture (pcap or pcapng) of Ethernet frames.", Required = true };
        Option<string> nic = new("--nic") { Description = "The managed NIC they are at.", Required = true };
        Option<bool> egress = new("--egress") { Description = "They leave by the NIC; without it they enter." };
        Option<bool> live = new("--live-state") { Description = "Begin with the flows and connections the gateway knows now." };
        Command command = new("what-if", "Tries a policy on packets of a capture, by the packet programs themselves. Traffic is not touched.") { file, capture, nic, egress, live };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            PolicyText policy = await PolicyText.ReadAsync(call.Arguments.GetRequiredValue(file), cancellationToken).ConfigureAwait(false);
            WhatIfRequest request = new() { Source = new PolicySource { Yaml = policy.Yaml }, LiveState = call.Arguments.GetValue(live) };
            int longer = 0;
            foreach (CapturedFrame frame in Read(call.Arguments.GetRequiredValue(capture)))
            {
                if (frame.OriginalLength > LongestFrame)
                {
                    longer++;
                    continue;
                }

                request.Frames.Add(new WhatIfFrame
                {
                    Nic = call.Arguments.GetRequiredValue(nic),
                    Hook = call.Arguments.GetValue(egress) ? Hook.Egress : Hook.Ingress,
                    Data = UnsafeByteOperations.UnsafeWrap(frame.Data),
                    FrameLength = (uint)frame.OriginalLength,
                });
            }

            WhatIfResponse response = await call.Gateway.Telemetry.WhatIfAsync(request, cancellationToken).ConfigureAwait(false);
            call.Output.Print(response, WhatIfView.Packets);
            if (longer > 0)
            {
                call.Errors.WriteLine($"gatewayctl: {Words.Count((ulong)longer, "frame")} of more than {LongestFrame} bytes left out");
            }

            return ExitCode.Done;
        }));
        return command;
    }

    internal static Command Shadow(Session session)
    {
        Argument<string> file = PolicyCommands.PolicyFile();
        Argument<string> select = TraceCommands.Select();
        Option<int> seconds = new("--seconds") { Description = "End after so many seconds; without it Ctrl-C ends it." };
        Command command = new(
            "shadow", "Compares a policy with the running one on packets that pass, and counts what it would do otherwise. Traffic goes on as it is.") { file, select, seconds };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            PolicyText policy = await PolicyText.ReadAsync(call.Arguments.GetRequiredValue(file), cancellationToken).ConfigureAwait(false);
            ShadowRequest request = new()
            {
                Source = new PolicySource { Yaml = policy.Yaml },
                Packets = new TraceRequest { Yaml = call.Arguments.GetValue(select) ?? "" },
            };
            ShadowReport? last = null;
            int left = call.Arguments.GetValue(seconds);
            try
            {
                await foreach (ShadowReport report in call.Gateway.Telemetry.ShadowAsync(request, cancellationToken).ConfigureAwait(false))
                {
                    last = report;
                    call.Errors.WriteLine(WhatIfView.Progress(report));
                    if (--left == 0)
                    {
                        break;
                    }
                }
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                // Ending it is what the caller wants.
            }

            if (last is not null)
            {
                call.Output.Print(last, WhatIfView.Shadow);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static List<CapturedFrame> Read(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            byte[] start = new byte[4];
            int got = stream.ReadAtLeast(start, start.Length, throwOnEndOfStream: false);
            stream.Position = 0;
            List<CapturedFrame> frames = [.. PcapReader.Is(start.AsSpan(0, got)) ? PcapReader.Read(stream) : PcapngReader.Read(stream)];
            return frames.Find(f => f.LinkType != Ethernet) is { } other
                ? throw new InvalidDataException($"its frames are of link type {other.LinkType}: capture on an Ethernet interface, not on 'any'")
                : frames;
        }
        catch (Exception failure) when (failure is IOException or InvalidDataException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UnreadableFileException($"cannot read {path}: {failure.Message}");
        }
    }
}
