using System.CommandLine;
using Gateway.Client;
using Google.Protobuf;

namespace Gateway.Cli;

/// <summary>What a command has to work with.</summary>
internal sealed record Call(ParseResult Arguments, GatewayClient Gateway, Output Output, TextWriter Errors)
{
    /// <summary>Prints a stream until it ends or Ctrl-C ends it.</summary>
    internal async Task<int> PrintAsync<T>(IAsyncEnumerable<T> stream, Func<T, string> people, CancellationToken cancellationToken)
        where T : IMessage
    {
        try
        {
            await foreach (T message in stream.ConfigureAwait(false))
            {
                Output.PrintLine(message, people);
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Ending it is what the caller wants.
        }

        return ExitCode.Done;
    }
}
