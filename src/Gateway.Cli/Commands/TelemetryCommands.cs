using System.CommandLine;

namespace Gateway.Cli;

/// <summary>gatewayctl counters and events: what the packet programs did and why.</summary>
internal static class TelemetryCommands
{
    internal static Command Counters(Session session)
    {
        Command command = new("counters", "Shows what chains, actors and ports did, with reasons.");
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            call.Output.Print(await call.Gateway.Telemetry.CountersAsync(cancellationToken).ConfigureAwait(false), TelemetryView.Counters);
            return ExitCode.Done;
        }));
        return command;
    }

    internal static Command Events(Session session)
    {
        Command command = new("events", "Prints events as they happen, until Ctrl-C.");
        command.SetAction(session.Run((call, cancellationToken) =>
            call.PrintAsync(call.Gateway.Telemetry.EventsAsync(cancellationToken), TelemetryView.Line, cancellationToken)));
        return command;
    }
}
