using System.CommandLine;

namespace Gateway.Cli;

/// <summary>gatewayctl status and cleanup: the daemon itself.</summary>
internal static class SystemCommands
{
    internal static Command Status(Session session)
    {
        Command command = new("status", "Shows the daemon, what the kernel can do and the loaded programs.");
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            call.Output.Print(await call.Gateway.System.StatusAsync(cancellationToken).ConfigureAwait(false), SystemView.Status);
            return ExitCode.Done;
        }));
        return command;
    }

    internal static Command CleanUp(Session session)
    {
        Command command = new("cleanup", "Detaches every port, removes every pin and ends the daemon: nothing of the gateway stays in the kernel.");
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            call.Output.Print(await call.Gateway.System.CleanUpAsync(cancellationToken).ConfigureAwait(false), SystemView.CleanedUp);
            return ExitCode.Done;
        }));
        return command;
    }
}
