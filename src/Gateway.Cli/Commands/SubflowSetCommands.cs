using System.CommandLine;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>gatewayctl subflow-set: named sets of subflows.</summary>
internal static class SubflowSetCommands
{
    internal static Command Create(Session session) => new("subflow-set", "Named sets of subflows, which policies select and others fill while they run.")
    {
        List(session),
        Show(session),
        Change(session, "add", "Adds subflows to a set; it is created when it is not there.", static async (gateway, set, subflows, token) =>
            new UpdateSubflowSetResponse { Added = (uint)await gateway.SubflowSets.AddAsync(set, subflows, token).ConfigureAwait(false) },
            static answer => $"{answer.Added} subflows added"),
        Change(session, "remove", "Removes subflows from a set.", static async (gateway, set, subflows, token) =>
            new UpdateSubflowSetResponse { Removed = (uint)await gateway.SubflowSets.RemoveAsync(set, subflows, token).ConfigureAwait(false) },
            static answer => $"{answer.Removed} subflows removed"),
        Clear(session),
        Delete(session),
    };

    private static Command List(Session session)
    {
        Command command = new("list", "Lists the sets.");
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            call.Output.Print(await call.Gateway.SubflowSets.ListAsync(cancellationToken).ConfigureAwait(false), SubflowSetView.List);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Show(Session session)
    {
        Argument<string> set = Name();
        Command command = new("show", "Shows what is in a set, a subflow a line, as add --file reads it.") { set };
        command.SetAction(session.Run((call, cancellationToken) => call.PrintAsync(
            call.Gateway.SubflowSets.MembersAsync(call.Arguments.GetRequiredValue(set), cancellationToken), SubflowSetView.Member, cancellationToken)));
        return command;
    }

    private static Command Change(
        Session session, string name, string description,
        Func<Client.GatewayClient, string, IEnumerable<SubflowEnds>, CancellationToken, Task<UpdateSubflowSetResponse>> change,
        Func<UpdateSubflowSetResponse, string> people)
    {
        Argument<string> set = Name();
        Argument<string[]> ends = new("END") { Description = "Two ends of a subflow, like 10.0.0.1:4000 10.0.0.2:443 or [2001:db8::1]:4000 [2001:db8::2]:443; more subflows may follow.", Arity = ArgumentArity.ZeroOrMore };
        Option<string?> file = new("--file") { Description = "File with a subflow a line; - is standard input.", HelpName = "FILE" };
        Command command = new(name, description) { set, ends, file };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            string[] words = call.Arguments.GetValue(ends) ?? [];
            string? path = call.Arguments.GetValue(file);
            IEnumerable<SubflowEnds> subflows = SubflowLines.OfWords(words).Concat(path is null ? [] : SubflowLines.OfFile(path));
            UpdateSubflowSetResponse totals = await change(call.Gateway, call.Arguments.GetRequiredValue(set), subflows, cancellationToken).ConfigureAwait(false);
            call.Output.Print(totals, (answer, page) => page.Line(people(answer)));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Clear(Session session)
    {
        Argument<string> set = Name();
        Command command = new("clear", "Removes every subflow of a set; the set stays.") { set };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            ClearSubflowSetResponse response = await call.Gateway.SubflowSets.ClearAsync(call.Arguments.GetRequiredValue(set), cancellationToken).ConfigureAwait(false);
            call.Output.Print(response, static (answer, page) => page.Line($"{answer.Removed} subflows removed"));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Delete(Session session)
    {
        Argument<string> set = Name();
        Command command = new("delete", "Removes a set; the running policy may not name it.") { set };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            RemoveSubflowSetResponse response = await call.Gateway.SubflowSets.RemoveSetAsync(call.Arguments.GetRequiredValue(set), cancellationToken).ConfigureAwait(false);
            call.Output.Print(response, static (answer, page) => page.Line($"removed, with {answer.Removed} subflows"));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Argument<string> Name() => new("NAME") { Description = "Name of the set, 1 to 31 of a-z, 0-9 and -." };
}
