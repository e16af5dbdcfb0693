using System.CommandLine;
using Gateway.Client;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>gatewayctl policy: the running policy.</summary>
internal static class PolicyCommands
{
    internal static Command Create(Session session) =>
        new("policy", "The running policy.") { Apply(session), Validate(session), Get(session), Clear(session) };

    private static Command Apply(Session session)
    {
        Argument<string> file = PolicyFile();
        Option<ulong> expectedRevision = ExpectedRevision("Apply");
        Command command = new("apply", "Replaces the running policy: all of it takes effect or nothing changes.") { file, expectedRevision };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            PolicyText policy = await PolicyText.ReadAsync(call.Arguments.GetRequiredValue(file), cancellationToken).ConfigureAwait(false);
            try
            {
                ulong revision = call.Arguments.GetValue(expectedRevision);
                call.Output.Print(
                    await call.Gateway.Policies.ApplyAsync(policy.Yaml, revision, cancellationToken).ConfigureAwait(false), PolicyView.Applied);
                return ExitCode.Done;
            }
            catch (PolicyRejectedException rejected)
            {
                return Reject(call, policy, new ValidatePolicyResponse { Errors = { rejected.Errors } });
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

    private static Command Get(Session session)
    {
        Option<bool> yaml = new("--yaml") { Description = "Print the policy itself, as a file that `policy apply` takes." };
        Command command = new("get", "Shows the running policy.") { yaml };
        command.Validators.Add(result =>
        {
            if (result.GetValue(yaml) && session.Json.Of(result))
            {
                result.AddError("--yaml and -o json exclude each other: take one of them.");
            }
        });
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            GetPolicyResponse response = await call.Gateway.Policies.GetAsync(cancellationToken).ConfigureAwait(false);
            if (!call.Arguments.GetValue(yaml))
            {
                call.Output.Print(response, PolicyView.Running);
                return ExitCode.Done;
            }

            if (response.Applied is null)
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
    private static int Reject(Call call, PolicyText policy, ValidatePolicyResponse response)
    {
        if (call.Output.Json)
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

    private static Argument<string> PolicyFile() => new("FILE") { Description = "The policy file (YAML), or - for the standard input." };

    private static Option<ulong> ExpectedRevision(string verb) => new("--expected-revision")
    {
        Description = $"{verb} only when this revision is running; 0 = whatever runs.",
        HelpName = "N",
    };
}
