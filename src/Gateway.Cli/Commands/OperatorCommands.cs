using System.CommandLine;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>gatewayctl operator: custom selectors and actors.</summary>
internal static class OperatorCommands
{
    internal static Command Create(Session session) =>
        new("operator", "Custom operators: selectors and actors of your own.") { List(session), Load(session), Unload(session) };

    private static Command List(Session session)
    {
        Command command = new("list", "Lists the loaded operators.");
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            call.Output.Print(await call.Gateway.Operators.ListAsync(cancellationToken).ConfigureAwait(false), OperatorView.List);
            return ExitCode.Done;
        }));
        return command;
    }

    private static Command Load(Session session)
    {
        Argument<string> file = new("FILE") { Description = "Object file, compiled with clang -target bpf -g -O2 -c (bpf/operators/README.md)." };
        Option<string> name = new("--name") { Description = "Its name in policies; when left out the one its source gives it.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        Command command = new("load", "Loads an operator, or replaces the one of that name under traffic.") { file, name };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            byte[] elf = await ReadAsync(call.Arguments.GetRequiredValue(file), cancellationToken).ConfigureAwait(false);
            LoadOperatorResponse response = await call.Gateway.Operators
                .LoadAsync(elf, call.Arguments.GetValue(name) ?? "", cancellationToken).ConfigureAwait(false);
            call.Output.Print(response, OperatorView.Loaded);
            return response.OutcomeCase == LoadOperatorResponse.OutcomeOneofCase.Loaded ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

    private static Command Unload(Session session)
    {
        Argument<string> name = new("NAME") { Description = "Operator to unload; the running policy may not use it." };
        Command command = new("unload", "Unloads an operator.") { name };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            string gone = call.Arguments.GetRequiredValue(name);
            call.Output.Print(await call.Gateway.Operators.UnloadAsync(gone, cancellationToken).ConfigureAwait(false), OperatorView.Unloaded);
            return ExitCode.Done;
        }));
        return command;
    }

    private static async Task<byte[]> ReadAsync(string file, CancellationToken cancellationToken)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UnreadableFileException($"cannot read {file}: {failure.Message}");
        }
    }
}
