using System.CommandLine;
using System.Runtime.CompilerServices;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>gatewayctl trace and capture: why packets were treated as they were.</summary>
internal static class TraceCommands
{
    internal static Command Trace(Session session)
    {
        Argument<string> select = Select();
        Option<int> count = Count();
        Command command = new("trace", "Prints packets of the running policy and what each actor made of them, until Ctrl-C.") { select, count };
        command.SetAction(session.Run((call, cancellationToken) =>
            call.PrintAsync(Packets(call, select, count, headers: false, cancellationToken), TraceView.Line, cancellationToken)));
        return command;
    }

    internal static Command Capture(Session session)
    {
        Argument<string> file = new("FILE") { Description = "The capture (pcapng), such as gateway.pcapng; must not exist yet." };
        Argument<string> select = Select();
        Option<int> count = Count();
        Command command = new(
            "capture",
            "Writes the headers of packets before and after the running policy's edits, with chain and reasons as comments, until Ctrl-C. "
            + "MPTCP keys are zero in it.") { file, select, count };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            string path = call.Arguments.GetRequiredValue(file);
            FileStream stream = PrivateFile.Create(path);
            await using (stream.ConfigureAwait(false))
            {
                CaptureFile capture = new(stream);
                try
                {
                    await foreach (TracedPacket packet in Packets(call, select, count, headers: true, cancellationToken).ConfigureAwait(false))
                    {
                        capture.Write(packet);
                    }
                }
                catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
                {
                    // Ending it is what the caller wants.
                }
                catch when (capture.Packets == 0)
                {
                    File.Delete(path);
                    throw;
                }

                call.Output.PrintRaw($"{path}: {Words.Count(capture.Packets, "packet")}, {Words.Number(capture.Lost)} lost\n");
            }

            return ExitCode.Done;
        }));
        return command;
    }

    private static async IAsyncEnumerable<TracedPacket> Packets(
        Call call, Argument<string> select, Option<int> count, bool headers,
        [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        int left = call.Arguments.GetValue(count);
        TraceRequest request = new() { Yaml = call.Arguments.GetValue(select) ?? "", Headers = headers };
        await foreach (TracedPacket packet in call.Gateway.Telemetry.TraceAsync(request, cancellationToken).ConfigureAwait(false))
        {
            yield return packet;
            if (--left == 0)
            {
                yield break;
            }
        }
    }

    internal static Argument<string> Select() => new("SELECTOR")
    {
        Description = "Which packets, as below select in a policy file, such as '{src: 10.0.2.0/24, packet_type: syn}'; all without it.",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private static Option<int> Count() => new("--count") { Description = "End after so many packets." };
}
