using System.CommandLine;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>gatewayctl doctor: is everything as it should be, and if not, what to do.</summary>
internal static class DoctorCommand
{
    internal static Command Create(Session session)
    {
        Option<bool> repair = new("--repair") { Description = "Put right what can be." };
        Option<bool> all = new("--all") { Description = "Also show what is as it should be." };
        Command command = new("doctor", "Looks at kernel, ports, pins and policy and says what is wrong and what to do. Exit code 1: errors are left.") { repair, all };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            DiagnoseResponse found = call.Arguments.GetValue(repair)
                ? new DiagnoseResponse { Findings = { (await call.Gateway.System.RepairAsync(cancellationToken).ConfigureAwait(false)).Findings } }
                : await call.Gateway.System.DiagnoseAsync(cancellationToken).ConfigureAwait(false);
            bool showAll = call.Arguments.GetValue(all);
            call.Output.Print(found, (response, page) => DoctorView.Findings(response, showAll, page));
            return found.Findings.Any(f => f is { Severity: Finding.Types.Severity.Error, Repaired: false }) ? ExitCode.Failed : ExitCode.Done;
        }));
        return command;
    }
}
