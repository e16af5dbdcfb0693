using System.CommandLine;
using Gateway.Client;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>gatewayctl policy: what goes beyond the running policy.</summary>
internal static class PolicyHistoryCommands
{
    internal static Command Diff(Session session)
    {
        Argument<string?> file = new("FILE")
        {
            Description = "The new policy (YAML), or - for the standard input; --to takes its place.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<ulong> from = new("--from") { Description = "The revision to compare with; without it what runs.", HelpName = "REVISION" };
        Option<ulong> to = new("--to") { Description = "A revision instead of a file.", HelpName = "REVISION" };
        Command command = new("diff", "Shows what a policy changes, by chain and rule. Changes nothing.") { file, from, to };
        command.Validators.Add(result =>
        {
            if (result.GetValue(file) is null == (result.GetResult(to) is null))
            {
                result.AddError("diff takes the new policy from a FILE or from --to REVISION: name one of them.");
            }
        });
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            ulong before = call.Arguments.GetValue(from);
            if (call.Arguments.GetValue(file) is not { } name)
            {
                ulong after = call.Arguments.GetValue(to);
                call.Output.Print(await call.Gateway.Policies.DiffAsync(before, after, cancellationToken).ConfigureAwait(false), DiffView.Differences);
                return ExitCode.Done;
            }

            PolicyText policy = await PolicyText.ReadAsync(name, cancellationToken).ConfigureAwait(false);
            try
            {
                call.Output.Print(
                    await call.Gateway.Policies.DiffAsync(policy.Yaml, before, cancellationToken).ConfigureAwait(false), DiffView.Differences);
                return ExitCode.Done;
            }
            catch (PolicyRejectedException rejected)
            {
                return PolicyCommands.Reject(call, policy, rejected);
            }
        }));
        return command;
    }

    internal static Command Confirm(Session session)
    {
        Argument<ulong> revision = Revision("The revision that runs on trial.");
        Command command = new("confirm", "Keeps a policy that was applied with --confirm-within.") { revision };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            ulong number = call.Arguments.GetRequiredValue(revision);
            call.Output.Print(
                await call.Gateway.Policies.ConfirmAsync(number, cancellationToken).ConfigureAwait(false), PolicyHistoryView.Confirmed);
            return ExitCode.Done;
        }));
        return command;
    }

    internal static Command History(Session session)
    {
        Option<int> limit = new("--limit", "-n") { Description = "At most so many.", HelpName = "N", DefaultValueFactory = _ => 50 };
        Command command = new("history", "Lists the revisions that are kept, newest first.") { limit };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            PolicyHistoryResponse history = new();
            int most = call.Arguments.GetValue(limit);
            await foreach (PolicyRevision revision in call.Gateway.Policies.HistoryAsync(cancellationToken).ConfigureAwait(false))
            {
                if (history.Revisions.Count >= most)
                {
                    break;
                }

                history.Revisions.Add(revision);
            }

            call.Output.Print(history, PolicyHistoryView.History);
            return ExitCode.Done;
        }));
        return command;
    }

    internal static Command Rollback(Session session)
    {
        Argument<ulong> revision = Revision("The revision whose policy is applied again.");
        ChangeArguments change = new();
        Command command = new("rollback", "Applies the policy of an older or imported revision again, as a new revision.") { revision };
        change.AddTo(command);
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            ulong number = call.Arguments.GetRequiredValue(revision);
            call.Output.Print(
                await call.Gateway.Policies.RollbackAsync(number, change.Of(call.Arguments), cancellationToken).ConfigureAwait(false),
                PolicyView.Applied);
            return ExitCode.Done;
        }));
        return command;
    }

    internal static Command Export(Session session)
    {
        Argument<ulong> revision = new("REVISION") { Description = "Without one what runs.", Arity = ArgumentArity.ZeroOrOne };
        Option<string?> file = new("--file", "-f") { Description = "Write there instead of to the standard output.", HelpName = "FILE" };
        Command command = new("export", "Writes a policy as a file for apply or import, with where it comes from as comments.") { revision, file };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            GetPolicyResponse policy = await call.Gateway.Policies.GetAsync(call.Arguments.GetValue(revision), cancellationToken).ConfigureAwait(false);
            if (policy.Yaml.Length == 0)
            {
                call.Errors.WriteLine("gatewayctl: no policy runs: there is nothing to export");
                return ExitCode.Failed;
            }

            string text = PolicyHistoryView.Comments(policy.Revision) + policy.Yaml;
            if (call.Arguments.GetValue(file) is { } path)
            {
                await File.WriteAllTextAsync(path, text, cancellationToken).ConfigureAwait(false);
            }
            else
            {
                call.Output.PrintRaw(text);
            }

            return ExitCode.Done;
        }));
        return command;
    }

    internal static Command Import(Session session)
    {
        Argument<string> file = PolicyCommands.PolicyFile();
        ChangeArguments change = new();
        Command command = new("import", "Puts a policy into the history without applying it; `policy rollback` to it applies it.") { file };
        change.AddNotesTo(command);
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            PolicyText policy = await PolicyText.ReadAsync(call.Arguments.GetRequiredValue(file), cancellationToken).ConfigureAwait(false);
            try
            {
                call.Output.Print(
                    await call.Gateway.Policies.ImportAsync(policy.Yaml, change.Notes(call.Arguments), cancellationToken).ConfigureAwait(false),
                    PolicyHistoryView.Imported);
                return ExitCode.Done;
            }
            catch (PolicyRejectedException rejected)
            {
                return PolicyCommands.Reject(call, policy, rejected);
            }
        }));
        return command;
    }

    internal static Command Watch(Session session)
    {
        Command command = new("watch", "Prints what runs, then every change, until Ctrl-C.");
        command.SetAction(session.Run((call, cancellationToken) =>
            call.PrintAsync(call.Gateway.Policies.WatchAsync(cancellationToken), PolicyHistoryView.Line, cancellationToken)));
        return command;
    }

    private static Argument<ulong> Revision(string description) => new("REVISION") { Description = description };
}
