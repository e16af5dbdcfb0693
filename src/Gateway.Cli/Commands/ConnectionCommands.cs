using System.CommandLine;

namespace Gateway.Cli;

/// <summary>gatewayctl connection: MPTCP connections and their subflows.</summary>
internal static class ConnectionCommands
{
    internal static Command Create(Session session) =>
        new("connection", "MPTCP connections and their subflows.")
        {
            List(session),
            Watch(session),
            ActCommands.Backup(session),
            ActCommands.Restore(session),
            ActCommands.Limit(session),
            ActCommands.Close(session),
            ActCommands.Announce(session),
            ActCommands.Undo(session),
        };

    private static Command List(Session session)
    {
        Option<bool> all = new("--all") { Description = "Also those that ended and are still remembered." };
        Command command = new("list", "Lists the connections, one line a subflow.") { all };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            bool includeClosed = call.Arguments.GetValue(all);
            call.Output.Print(
                await call.Gateway.Connections.ListAsync(includeClosed, cancellationToken).ConfigureAwait(false), ConnectionView.List);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Watch(Session session)
    {
        Command command = new("watch", "Prints the present connections, then every change, until Ctrl-C.");
        command.SetAction(session.Run((call, cancellationToken) =>
            call.PrintAsync(call.Gateway.Connections.WatchAsync(cancellationToken), ConnectionView.Line, cancellationToken)));
        return command;
    }
}
