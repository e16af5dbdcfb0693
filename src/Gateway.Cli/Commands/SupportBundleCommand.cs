using System.CommandLine;

namespace Gateway.Cli;

/// <summary>gatewayctl support-bundle: everything needed to find a fault from afar.</summary>
internal static class SupportBundleCommand
{
    internal static Command Create(Session session)
    {
        Argument<string> file = new("FILE") { Description = "The archive, such as gateway.tar.gz; must not exist yet." };
        Command command = new(
            "support-bundle", "Writes versions, configuration, policy, counters, connections, findings and log to an archive: addresses of hosts, but no keys.") { file };
        command.SetAction(session.Run(async (call, cancellationToken) =>
        {
            string path = call.Arguments.GetRequiredValue(file);
            FileStream archive = PrivateFile.Create(path);
            await using (archive.ConfigureAwait(false))
            {
                try
                {
                    await call.Gateway.System.SupportBundleAsync(archive, cancellationToken).ConfigureAwait(false);
                }
                catch
                {
                    File.Delete(path);
                    throw;
                }
            }

            call.Output.PrintRaw($"{path}: read it before you give it away, it holds addresses of hosts\n");
            return ExitCode.Done;
        }));
        return command;
    }
}
