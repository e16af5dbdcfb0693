using System.CommandLine;

namespace Gateway.Cli;

/// <summary>gatewayctl ledger: who speaks MPTCP, who strips it, and where.</summary>
internal static class LedgerCommand
{
    internal static Command Create(Session session)
    {
        Argument<string> address = new("ADDRESS")
        {
            Description = "Only entries with a network that holds this address.",
            Arity = ArgumentArity.ZeroOrOne,
            DefaultValueFactory = _ => "",
        };
        Command command = new("ledger", "Shows which networks speak MPTCP with each other, who strips it, and where.") { address };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            call.Output.Print(
                await call.Gateway.Connections.LedgerAsync(call.Arguments.GetValue(address) ?? "", cancellationToken).ConfigureAwait(false), LedgerView.List);
            return ExitCode.Done;
        }));
        return command;
    }
}
