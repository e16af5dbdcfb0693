using System.CommandLine;

namespace Gateway.Cli;

/// <summary>gatewayctl context: the gateways of the user's file.</summary>
internal static class ContextCommands
{
    internal static Command Create()
    {
        Command list = new("list", "Lists the contexts; * marks the current one.");
        list.SetAction(static arguments =>
        {
            TextWriter output = arguments.InvocationConfiguration.Output, errors = arguments.InvocationConfiguration.Error;
            try
            {
                ContextFile? file = ContextFile.Read(ContextFile.Path);
                foreach (GatewayContext context in file?.Contexts ?? [])
                {
                    output.WriteLine($"{(context.Name == file!.Current ? '*' : ' ')} {context.Name}  {context.Address ?? context.Socket}");
                }

                if (file is null)
                {
                    errors.WriteLine($"gatewayctl: {ContextFile.Path} does not exist");
                }

                return ExitCode.Done;
            }
            catch (UnreadableFileException failure)
            {
                errors.WriteLine($"gatewayctl: {failure.Message}");
                return ExitCode.Failed;
            }
        });
        return new Command("context", "Gateways to talk to, from ~/.config/gatewayctl/contexts.yaml.") { list };
    }
}
