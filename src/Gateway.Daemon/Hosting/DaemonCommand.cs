using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using System.Text;
using Gateway.Daemon.Configuration;
using Gateway.Daemon.Connections;
using Gateway.Daemon.Metrics;
using Gateway.DataPlane;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>The command line.</summary>
internal static class DaemonCommand
{
    private static readonly Option<string?> s_config = new("--config")
    {
        Description = "Configuration file: ports to attach, and values for the options that are not given.",
        HelpName = "FILE",
    };

    private static readonly Option<bool> s_check = new("--check")
    {
        Description = "Say what is wrong with the configuration file and exit.",
    };

    private static readonly Option<bool> s_wires = new("--wires")
    {
        Description = "Print the NICs of the configured wire pairs, a pair a line, and exit.",
    };

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

    private static readonly Option<uint> s_setEntries = new("--set-entries")
    {
        Description = "Subflows that named sets hold together, for each of IPv4 and IPv6. Holds until --cleanup.",
        HelpName = "N",
        DefaultValueFactory = _ => new DataPlaneOptions().SetEntries,
    };

    private static readonly Option<bool> s_refuseOtherAbi = new("--refuse-other-abi")
    {
        Description = "Do not replace a data path of another version (ABI) that runs: end and say so.",
    };

    private static readonly Option<string> s_logLevel = new("--log-level")
    {
        Description = "Least important messages to log: trace, debug, information, warning or error.",
        HelpName = "LEVEL",
        DefaultValueFactory = _ => "information",
    };

    private static readonly Option<string?> s_prometheus = new("--prometheus")
    {
        Description = "Serve metrics to Prometheus at /metrics of this loopback address and port, such as 127.0.0.1:9464, or Unix socket.",
        HelpName = "ADDRESS",
    };

    private static readonly Option<string?> s_otlp = new("--otlp")
    {
        Description = "Send metrics to the OpenTelemetry collector at this URL, such as http://127.0.0.1:4317 (gRPC).",
        HelpName = "URL",
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
            "The eMPTCP Gateway's daemon: attaches the packet programs and serves gateway.v1 on a Unix socket, and on TCP if told to. "
            + "Exit codes: 0 success, 1 failure, 2 usage, 3 another daemon runs, 4 privileges are missing.")
        {
            s_config, s_check, s_wires, s_socket, s_pins, s_state, s_flowEntries, s_setEntries, s_refuseOtherAbi, s_logLevel, s_prometheus, s_otlp, s_cleanUp,
        };
        AccessOptions.AddTo(command);
        s_logLevel.Validators.Add(CheckLevel);
        s_flowEntries.Validators.Add(result => CheckEntries(result, s_flowEntries));
        s_setEntries.Validators.Add(result => CheckEntries(result, s_setEntries));
        s_socket.Validators.Add(result => CheckPath(result, s_socket));
        s_pins.Validators.Add(result => CheckPath(result, s_pins));
        s_state.Validators.Add(result => CheckPath(result, s_state));
        s_prometheus.Validators.Add(CheckPrometheus);
        s_otlp.Validators.Add(CheckOtlp);
        command.Validators.Add(result =>
        {
            if ((result.GetValue(s_check) || result.GetValue(s_wires)) && result.GetValue(s_config) is null)
            {
                result.AddError("--check and --wires need --config FILE.");
            }
        });
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
        if (!TryReadConfiguration(parsed.GetValue(s_config), out ConfigurationFile file))
        {
            return ExitCode.Usage;
        }

        if (parsed.GetValue(s_check) && !AreUsable(file.Listen?.Files))
        {
            return ExitCode.Usage;
        }

        if (parsed.GetValue(s_check) || parsed.GetValue(s_wires))
        {
            foreach (PortRequest wire in file.Ports.Where(p => parsed.GetValue(s_wires) && p.Peer is not null))
            {
                Console.WriteLine($"{wire.Nic} {wire.Peer}");
            }

            return ExitCode.Success;
        }

        var options = new DaemonOptions
        {
            Socket = Path.GetFullPath(Chosen(parsed, s_socket, file.Socket)),
            State = Path.GetFullPath(Chosen(parsed, s_state, file.State)),
            LogLevel = Enum.Parse<LogLevel>(Chosen(parsed, s_logLevel, file.LogLevel), ignoreCase: true),
            Ports = file.Ports,
            Metrics = ChosenMetrics(parsed, file.Metrics ?? new MetricsOptions()),
            Ledger = file.Ledger ?? new LedgerOptions(),
            DataPlane = new DataPlaneOptions
            {
                PinRoot = Path.GetFullPath(Chosen(parsed, s_pins, file.Pins)),
                SetEntries = IsGiven(parsed, s_setEntries) ? parsed.GetValue(s_setEntries) : file.SetEntries ?? parsed.GetValue(s_setEntries),
                FlowEntries = IsGiven(parsed, s_flowEntries) ? parsed.GetValue(s_flowEntries) : file.FlowEntries ?? parsed.GetValue(s_flowEntries),
                ReplaceOtherAbi = !parsed.GetValue(s_refuseOtherAbi),
            },
        };
        try
        {
            options = AccessOptions.Apply(options, parsed, file);
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

    /// <summary>Reads the configuration, or tells every error of it.</summary>
    private static bool TryReadConfiguration(string? path, out ConfigurationFile file)
    {
        file = new ConfigurationFile();
        if (path is null)
        {
            return true;
        }

        try
        {
            (file, IReadOnlyList<Policy.PolicyError> errors) = ConfigurationReader.Read(File.ReadAllText(path));
            foreach (Policy.PolicyError error in errors)
            {
                Console.Error.WriteLine($"gatewayd: {path}:{error}");
            }

            return errors.Count == 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"gatewayd: The configuration cannot be read: {failure.Message}");
            return false;
        }
    }

    private static bool AreUsable(Rpc.TlsFiles? files)
    {
        try
        {
            files?.Load();
            return true;
        }
        catch (Rpc.TlsFileException failure)
        {
            Console.Error.WriteLine($"gatewayd: {failure.Message}");
            return false;
        }
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    private static string Chosen(ParseResult parsed, Option<string> option, string? configured) =>
        IsGiven(parsed, option) ? parsed.GetValue(option)! : configured ?? parsed.GetValue(option)!;

    private static MetricsOptions ChosenMetrics(ParseResult parsed, MetricsOptions configured)
    {
        if (parsed.GetValue(s_prometheus) is { } address && MetricsAddress.TryReadPrometheus(address, out System.Net.EndPoint? endpoint, out _))
        {
            configured = configured with { Prometheus = endpoint };
        }

        return parsed.GetValue(s_otlp) is { } url && MetricsAddress.TryReadOtlp(url, out Uri? collector) ? configured with { Otlp = collector } : configured;
    }

    private static void CheckPrometheus(OptionResult result)
    {
        if (!MetricsAddress.TryReadPrometheus(result.GetValueOrDefault<string>() ?? "", out _, out string problem))
        {
            result.AddError($"--prometheus: {problem} {MetricsAddress.PrometheusHint}");
        }
    }

    private static void CheckOtlp(OptionResult result)
    {
        if (!MetricsAddress.TryReadOtlp(result.GetValueOrDefault<string>() ?? "", out _))
        {
            result.AddError($"--otlp: this is no URL of a collector. {MetricsAddress.OtlpHint}");
        }
    }

    private static void CheckLevel(OptionResult result)
    {
        string level = result.GetValueOrDefault<string>();
        if (!ConfigurationReader.LogLevels.Contains(level, StringComparer.OrdinalIgnoreCase))
        {
            result.AddError($"--log-level '{level}' is not known: write {string.Join(", ", ConfigurationReader.LogLevels)}.");
        }
    }

    private static void CheckEntries(OptionResult result, Option<uint> option)
    {
        if (result.Tokens.Count == 1
            && (!uint.TryParse(result.Tokens[0].Value, NumberStyles.None, CultureInfo.InvariantCulture, out uint entries)
                || entries is < ConfigurationReader.MinEntries or > ConfigurationReader.MaxEntries))
        {
            result.AddError($"{option.Name} '{result.Tokens[0].Value}' is out of range: write a number from {ConfigurationReader.MinEntries} to {ConfigurationReader.MaxEntries}.");
        }
    }

    private static void CheckPath(OptionResult result, Option<string> option)
    {
        string path = result.GetValueOrDefault<string>();
        if (path.Length == 0)
        {
            result.AddError($"{option.Name} is empty: write a path.");
        }
        else if (option == s_socket && Encoding.UTF8.GetByteCount(Path.GetFullPath(path)) > DaemonOptions.MaxSocketPath)
        {
            result.AddError($"{option.Name} is too long for a Unix socket: at most {DaemonOptions.MaxSocketPath} bytes.");
        }
    }
}
