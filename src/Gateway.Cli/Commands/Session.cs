using System.CommandLine;
using System.Net.Sockets;
using Gateway.Client;
using Gateway.Rpc;
using Google.Rpc;

namespace Gateway.Cli;

/// <summary>The options of every command, and how a command runs: connected, with every failure told and turned into an exit code.</summary>
internal sealed class Session
{
    private const int BrokenPipe = 32;

    internal Session()
    {
        Format = new Choice<OutputFormat>(
            "--output", "Tables for people; JSON for programs, one object a line, or YAML, one document an object.",
            ("table", OutputFormat.Table), ("json", OutputFormat.Json), ("yaml", OutputFormat.Yaml))
        {
            Aliases = { "-o" },
            Recursive = true,
        };
    }

    /// <summary>Which gateway.</summary>
    internal Target Target { get; } = new();

    /// <summary>How to print.</summary>
    internal Choice<OutputFormat> Format { get; }

    /// <summary>An action that runs a command in this session.</summary>
    internal Func<ParseResult, CancellationToken, Task<int>> Run(Func<Call, CancellationToken, Task<int>> command) =>
        (arguments, cancellationToken) => RunAsync(arguments, command, cancellationToken);

    private async Task<int> RunAsync(ParseResult arguments, Func<Call, CancellationToken, Task<int>> command, CancellationToken cancellationToken)
    {
        TextWriter errors = arguments.InvocationConfiguration.Error;
        string target = "";
        try
        {
            (GatewayClient client, target) = Target.Connect(arguments);
            using GatewayClient gateway = client;
            Call call = new(arguments, gateway, Output.Open(Format.Of(arguments)), errors);
            return await command(call, cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return Fail(errors, ExitCode.Failed, "interrupted before the daemon answered: what was asked for may have been done");
        }
        catch (RevisionMismatchException mismatch)
        {
            return Fail(errors, ExitCode.AnotherRevision, mismatch.Message);
        }
        catch (RpcException failure)
        {
            return Fail(errors, failure, target);
        }
        catch (WrongTargetException failure)
        {
            return Fail(errors, ExitCode.Usage, failure.Message);
        }
        catch (UnreadableFileException failure)
        {
            return Fail(errors, ExitCode.Failed, failure.Message);
        }
        catch (IOException failure) when (failure.HResult == BrokenPipe)
        {
            // Whoever read the output has enough of it.
            return ExitCode.Done;
        }
        catch (IOException failure)
        {
            return Fail(errors, ExitCode.Failed, $"cannot write the output: {failure.Message}");
        }
    }

    private static int Fail(TextWriter errors, RpcException failure, string target)
    {
        string detail = failure.Status.Detail;
        switch (failure.StatusCode)
        {
            case StatusCode.PermissionDenied or StatusCode.Unauthenticated:
                return Fail(errors, ExitCode.PermissionDenied, $"permission denied: {detail}");
            case StatusCode.Unavailable when IsAccessDenied(failure):
                return Fail(errors, ExitCode.PermissionDenied, $"permission denied on {target}: {detail}");
            case StatusCode.Unavailable:
                return Fail(
                    errors,
                    ExitCode.Unreachable,
                    $"the daemon is not reachable on {target}: is gatewayd running? Name another with --socket, --address or --context. ({detail})");
        }

        int code = Fail(errors, ExitCode.Failed, detail.Length > 0 ? detail : failure.StatusCode.ToString());
        foreach (BadRequest.Types.FieldViolation violation in failure.GetFieldViolations())
        {
            errors.WriteLine($"  {violation.Field}: {violation.Description}");
        }

        return code;
    }

    private static int Fail(TextWriter errors, int code, string message)
    {
        errors.WriteLine($"gatewayctl: {message}");
        return code;
    }

    private static bool IsAccessDenied(Exception? exception)
    {
        while (exception is not (null or SocketException))
        {
            exception = exception.InnerException;
        }

        return exception is SocketException { SocketErrorCode: SocketError.AccessDenied };
    }
}
