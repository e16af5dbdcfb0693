using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Gateway.DataPlane;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>The command line.</summary>
internal static class DaemonCommand
{
    /// <summary>Longest path a Unix socket can have, in bytes (unix(7)).</summary>
    private const int MaxSocketPath = 107;

    private static readonly string[] s_levels = ["trace", "debug", "information", "warning", "error"];

    private static readonly Option<string> s_socket = new("--socket")
    {
        Description = "Unix socket to serve gRPC on.",
        HelpName = "PATH",
        DefaultValueFactory = _ => DaemonOptions.DefaultSocket,
    };

    private static readonly Option<string> s_pins = new("--pins")
    {
        Description = "Directory in a bpf file system that keeps the data path while no daemon runs.",
        HelpName = "PATH",
        DefaultValueFactory = _ => DaemonOptions.DefaultPins,
    };

    private static readonly Option<string> s_state = new("--state")
    {
        Description = "Directory for what outlives a reboot: the policies that were applied, and which one runs.",
        HelpName = "DIR",
        DefaultValueFactory = _ => DaemonOptions.DefaultState,
    };

    private static readonly Option<uint> s_flowEntries = new("--flow-entries")
    {
        Description = "Flows the gateway remembers, for each of IPv4 and IPv6. Holds until --cleanup.",
        HelpName = "N",
        DefaultValueFactory = _ => new DataPlaneOptions().FlowEntries,
    };

    private static readonly Option<string> s_logLevel = new("--log-level")
    {
        Description = "Least important messages to log: trace, debug, information, warning or error.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => "information",
    };

    private static readonly Option<bool> s_cleanUp = new("--cleanup")
    {
        Description = "Remove everything of the gateway from the kernel and exit. No daemon may be running.",
    };

    /// <summary>Runs the program.</summary>
    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var command = new RootCommand(
            "The eMPTCP Gateway's daemon: attaches the packet programs and serves gateway.v1 on a Unix socket. "
            + "Exit codes: 0 success, 1 failure, 2 usage, 3 another daemon runs, 4 privileges are missing.")
        {
            s_socket, s_pins, s_state, s_flowEntries, s_logLevel, s_cleanUp,
        };
        s_logLevel.Validators.Add(CheckLevel);
        s_flowEntries.Validators.Add(CheckFlowEntries);
        s_socket.Validators.Add(result => CheckPath(result, s_socket));
        s_pins.Validators.Add(result => CheckPath(result, s_pins));
        s_state.Validators.Add(result => CheckPath(result, s_state));
        command.SetAction(StartAsync);

        ParseResult parsed = command.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync(
                $"gatewayd: {string.Join(" ", parsed.Errors.Select(e => e.Message))} See gatewayd --help.").ConfigureAwait(false);
            return ExitCode.Usage;
        }

        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null }).ConfigureAwait(false);
    }

    private static async Task<int> StartAsync(ParseResult parsed, CancellationToken cancellationToken)
    {
        var options = new DaemonOptions
        {
            Socket = Path.GetFullPath(parsed.GetValue(s_socket)!),
            State = Path.GetFullPath(parsed.GetValue(s_state)!),
            LogLevel = Enum.Parse<LogLevel>(parsed.GetValue(s_logLevel)!, ignoreCase: true),
            DataPlane = new DataPlaneOptions
            {
                PinRoot = Path.GetFullPath(parsed.GetValue(s_pins)!),
                FlowEntries = parsed.GetValue(s_flowEntries),
            },
        };
        try
        {
            if (parsed.GetValue(s_cleanUp))
            {
                DaemonHost.CleanUp(options);
            }
            else
            {
                await DaemonHost.RunAsync(options, cancellationToken).ConfigureAwait(false);
            }

            return ExitCode.Success;
        }
        catch (StartException failure)
        {
            await Console.Error.WriteLineAsync($"gatewayd: {failure.Message.ReplaceLineEndings(" ")}").ConfigureAwait(false);
            return failure.ExitCode;
        }
    }

    private static void CheckLevel(OptionResult result)
    {
        string level = result.GetValueOrDefault<string>();
        if (!s_levels.Contains(level, StringComparer.OrdinalIgnoreCase))
        {
            result.AddError($"--log-level '{level}' is not known: write {string.Join(", ", s_levels)}.");
        }
    }

    private static void CheckFlowEntries(OptionResult result)
    {
        if (result.Tokens.Count == 1
            && (!uint.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out uint entries)
                || entries is < 1024 or > 1 << 26))
        {
            result.AddError($"--flow-entries '{result.Tokens[0].Value}' is out of range: write a number from 1024 to {1 << 26}.");
        }
    }

    private static void CheckPath(OptionResult result, Option<string> option)
    {
        string path = result.GetValueOrDefault<string>();
        if (path.Length == 0)
        {
            result.AddError($"{option.Name} is empty: write a path.");
        }
        else if (option == s_socket && Encoding.UTF8.GetByteCount(Path.GetFullPath(path)) > MaxSocketPath)
        {
            result.AddError($"{option.Name} is too long for a Unix socket: at most {MaxSocketPath} bytes.");
        }
    }
}
