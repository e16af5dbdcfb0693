using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using System.CommandLine.Parsing;

namespace Gateway.Cli;

/// <summary>The whole command line.</summary>
internal static class GatewayCommand
{
    internal static async Task<int> RunAsync(string[] arguments)
    {
        ParseResult parsed = Create().Parse(arguments);
        if (parsed.Action is not ParseErrorAction)
        {
            return await parsed.InvokeAsync().ConfigureAwait(false);
        }

        foreach (ParseError error in parsed.Errors)
        {
            await Console.Error.WriteLineAsync($"gatewayctl: {error.Message}").ConfigureAwait(false);
        }

        await Console.Error.WriteLineAsync("Add --help for the commands and options.").ConfigureAwait(false);
        return ExitCode.Usage;
    }

    private static RootCommand Create()
    {
        Session session = new();
        RootCommand root = new("Steers the eMPTCP Gateway: an on-path, transparent gateway for Multipath TCP.")
        {
            session.Format,
            PortCommands.Create(session),
            PolicyCommands.Create(session),
            OperatorCommands.Create(session),
            ConnectionCommands.Create(session),
            LedgerCommand.Create(session),
            TelemetryCommands.Counters(session),
            TelemetryCommands.Events(session),
            TraceCommands.Trace(session),
            TraceCommands.Capture(session),
            TopCommand.Create(session),
            SystemCommands.Status(session),
            DoctorCommand.Create(session),
            SupportBundleCommand.Create(session),
            SystemCommands.CleanUp(session),
            ContextCommands.Create(),
        };
        session.Target.AddTo(root);
        HelpOption help = root.Options.OfType<HelpOption>().Single();
        help.Action = new HelpWithExitCodes((SynchronousCommandLineAction)help.Action!);
        return root;
    }
}
