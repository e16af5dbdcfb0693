using System.CommandLine;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>gatewayctl connection backup, restore, limit, close, announce and undo: acts on live subflows.</summary>
internal static class ActCommands
{
    internal static Command Backup(Session session) =>
        Act(session, "backup", "Has both ends treat a subflow as backup, until it ends or this is undone.", _ => "set_backup: on");

    internal static Command Restore(Session session) =>
        Act(session, "restore", "Has both ends treat a subflow as regular again.", _ => "set_backup: off");

    internal static Command Limit(Session session)
    {
        Argument<string> rate = new("RATE") { Description = "Payload each way, such as 20Mbit/s." };
        return Act(session, "limit", "Holds a subflow to a rate.", call => $"rate_limit: {{rate: {call.Arguments.GetRequiredValue(rate)}}}", rate);
    }

    internal static Command Close(Session session) =>
        Act(session, "close", "Ends a subflow at both hosts; the connection goes on by the others.", _ => "close_subflow");

    internal static Command Announce(Session session)
    {
        Argument<string> address = new("ADDRESS") { Description = "An address of the server, which the client may open a subflow to." };
        Option<int> port = new("--port") { Description = "The port, where it is another than the connection's." };
        Option<int> id = new("--id") { Description = "The address identifier, 1 to 255; one the server does not use.", DefaultValueFactory = _ => 200 };
        Command command = Act(
            session, "announce", "Announces an address of the server to the client.",
            call =>
            {
                int number = call.Arguments.GetValue(port);
                string with = number == 0 ? "" : $", port: {number}";
                return $"add_subflow: {{announce: [{{address: '{call.Arguments.GetRequiredValue(address)}'{with}, id: {call.Arguments.GetValue(id)}}}]}}";
            },
            address);
        command.Options.Add(port);
        command.Options.Add(id);
        return command;
    }

    internal static Command Undo(Session session) =>
        Act(session, "undo", "Takes back what was done to subflows: only the policy acts on them.", _ => null);

    private static Command Act(Session session, string name, string description, Func<Call, string?> yaml, params Argument[] more)
    {
        Argument<string> connection = new("CONNECTION") { Description = "Its id, as connection list shows it." };
        Option<uint> subflow = new("--subflow") { Description = "Which subflow, by its number in connection list; all without it." };
        Command command = new(name, description) { connection };
        foreach (Argument argument in more)
        {
            command.Arguments.Add(argument);
        }

        command.Options.Add(subflow);
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            ActRequest request = new() { ConnectionId = call.Arguments.GetRequiredValue(connection), Subflow = call.Arguments.GetValue(subflow) };
            if (yaml(call) is { } act)
            {
                request.Yaml = act;
            }

            call.Output.Print(
                await call.Gateway.Connections.ActAsync(request, cancellationToken).ConfigureAwait(false),
                (response, page) => page.Line($"{name}: subflow {string.Join(", ", response.Subflows.Select(s => Words.Number(s)))} of {request.ConnectionId}"));
            return ExitCode.Done;
        }));
        return command;
    }
}
