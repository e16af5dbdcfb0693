using System.CommandLine;
using Gateway.Client;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>gatewayctl policy: the running policy and its history.</summary>
internal static class PolicyCommands
{
    internal static Command Create(Session session) => new("policy", "The running policy and its history.")
    {
        Validate(session),
        WhatIfCommands.WhatIf(session),
        WhatIfCommands.Shadow(session),
        PolicyHistoryCommands.Diff(session),
        Apply(session),
        PolicyHistoryCommands.Confirm(session),
        PolicyHistoryCommands.History(session),
        Show(session),
        PolicyHistoryCommands.Rollback(session),
        PolicyHistoryCommands.Export(session),
        PolicyHistoryCommands.Import(session),
        PolicyHistoryCommands.Watch(session),
        Clear(session),
    };

    private static Command Apply(Session session)
    {
        Argument<string> file = PolicyFile();
        ChangeArguments change = new();
        Command command = new("apply", "Replaces the running policy: all of it takes effect or nothing changes.") { file };
        change.AddTo(command);
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            PolicyText policy = await PolicyText.ReadAsync(call.Arguments.GetRequiredValue(file), cancellationToken).ConfigureAwait(false);
            try
            {
                call.Output.Print(
                    await call.Gateway.Policies.ApplyAsync(policy.Yaml, change.Of(call.Arguments), cancellationToken).ConfigureAwait(false),
                    PolicyView.Applied);
                return ExitCode.Done;
            }
            catch (PolicyRejectedException rejected)
            {
                return Reject(call, policy, rejected);
            }
        }));
        return command;
    }

    private static Command Validate(Session session)
    {
        Argument<string> file = PolicyFile();
        Command command = new("validate", "Checks a policy and lists every error. Changes nothing.") { file };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            PolicyText policy = await PolicyText.ReadAsync(call.Arguments.GetRequiredValue(file), cancellationToken).ConfigureAwait(false);
            ValidatePolicyResponse response = await call.Gateway.Policies.ValidateAsync(policy.Yaml, cancellationToken).ConfigureAwait(false);
            if (response.Errors.Count > 0)
            {
                return Reject(call, policy, response);
            }

            call.Output.Print(response, (good, page) => page.Line($"{policy.Name}: good: {PolicyView.Size(good.Compiled)}"));
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Show(Session session)
    {
        Argument<ulong> revision = new("REVISION")
        {
            Description = "A revision of the history; without one what runs.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        Option<bool> yaml = new("--yaml") { Description = "Print the policy itself, as a file that `policy apply` takes." };
        Command command = new("show", "Shows the running policy, or one of the history.") { revision, yaml };
        command.Aliases.Add("get");
        command.Validators.Add(result =>
        {
            if (result.GetValue(yaml) && session.Format.Of(result) != OutputFormat.Table)
            {
                result.AddError("--yaml and -o exclude each other: take one of them.");
            }
        });
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            GetPolicyResponse response = await call.Gateway.Policies.GetAsync(call.Arguments.GetValue(revision), cancellationToken).ConfigureAwait(false);
            if (!call.Arguments.GetValue(yaml))
            {
                call.Output.Print(response, PolicyView.Running);
                return ExitCode.Done;
            }

            if (response.Yaml.Length == 0)
            {
                call.Errors.WriteLine("gatewayctl: no policy runs: there is nothing to print");
                return ExitCode.Failed;
            }

            call.Output.PrintRaw(response.Yaml);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Clear(Session session)
    {
        Option<ulong> expectedRevision = ExpectedRevision("Clear");
        Command command = new("clear", "Removes the running policy: every packet passes unmodified. Ports stay attached.") { expectedRevision };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            ulong revision = call.Arguments.GetValue(expectedRevision);
            call.Output.Print(await call.Gateway.Policies.ClearAsync(revision, cancellationToken).ConfigureAwait(false), PolicyView.Cleared);
            return ExitCode.Done;
        }));
        return command;
    }

    /// <summary>Lists the errors: for people on the error output, for programs as the answer.</summary>
    internal static int Reject(Call call, PolicyText policy, PolicyRejectedException rejected) =>
        Reject(call, policy, new ValidatePolicyResponse { Errors = { rejected.Errors } });

    internal static Argument<string> PolicyFile() => new("FILE") { Description = "The policy file (YAML), or - for the standard input." };

    private static int Reject(Call call, PolicyText policy, ValidatePolicyResponse response)
    {
        if (call.Output.ForPrograms)
        {
            call.Output.PrintLine(response, _ => "");
        }
        else
        {
            foreach (PolicyError error in response.Errors)
            {
                call.Errors.WriteLine(PolicyErrorText.Format(policy.Name, error));
            }
        }

        call.Errors.WriteLine($"gatewayctl: the policy was not accepted: {Words.Count((ulong)response.Errors.Count, "error")}");
        return ExitCode.PolicyRejected;
    }

    private static Option<ulong> ExpectedRevision(string verb) => new("--expected-revision", "--expect-revision")
    {
        Description = $"{verb} only when this revision is running; 0 = whatever runs.",
        HelpName = "N",
    };
}
