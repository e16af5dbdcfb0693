using System.CommandLine;
using System.CommandLine.Invocation;

namespace Gateway.Cli;

/// <summary>The usual help, and below it the exit codes.</summary>
internal sealed class HelpWithExitCodes(SynchronousCommandLineAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    public override int Invoke(ParseResult parseResult)
    {
        int code = help.Invoke(parseResult);
        TextWriter output = parseResult.InvocationConfiguration.Output;
        output.WriteLine("Exit codes:");
        foreach ((int exitCode, string meaning) in ExitCode.All)
        {
            output.WriteLine($"  {exitCode}  {meaning}");
        }

        return code;
    }
}
