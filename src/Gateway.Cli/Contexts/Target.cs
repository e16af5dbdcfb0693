using System.CommandLine;
using System.Text;
using Gateway.Client;
using Gateway.Rpc;

namespace Gateway.Cli;

/// <summary>Which gateway a command talks to: by the options, or by a context of the user's file.</summary>
internal sealed class Target
{
    /// <summary>Longest path of a Unix socket, bytes (sun_path of unix(7), without its NUL).</summary>
    internal const int LongestSocketPath = 107;

    private readonly Option<string> _socket = new("--socket")
    {
        Description = "The daemon's Unix socket.",
        HelpName = "PATH",
        Recursive = true,
        DefaultValueFactory = _ => GatewayClient.DefaultSocketPath,
    };

    private readonly Option<string?> _address = Text("--address", "HOST:PORT", "The daemon's TCP address, in place of a socket; with --ca, --cert and --key.");
    private readonly Option<string?> _ca = Text("--ca", "FILE", "Certificates of the authorities of the daemon's certificate (PEM).");
    private readonly Option<string?> _cert = Text("--cert", "FILE", "Your certificate, which decides what you may do (PEM).");
    private readonly Option<string?> _key = Text("--key", "FILE", "Its private key (PEM, not encrypted).");
    private readonly Option<string?> _serverName = Text("--server-name", "NAME", "The name in the daemon's certificate, when it is not the host of --address.");
    private readonly Option<string?> _context = Text(
        "--context", "NAME", "The gateway of that name in ~/.config/gatewayctl/contexts.yaml; else $GATEWAYCTL_CONTEXT, else the file's current one.");

    internal Target()
    {
        _socket.Validators.Add(static result =>
        {
            if (Encoding.UTF8.GetByteCount(result.GetValueOrDefault<string>() ?? "") is 0 or > LongestSocketPath)
            {
                result.AddError($"--socket takes a path of 1 to {LongestSocketPath} bytes.");
            }
        });
    }

    internal void AddTo(RootCommand root)
    {
        foreach (Option option in (Option[])[_socket, _address, _ca, _cert, _key, _serverName, _context])
        {
            root.Options.Add(option);
        }
    }

    /// <summary>The client, and the gateway for people: "the socket PATH" or "HOST:PORT".</summary>
    /// <exception cref="UnreadableFileException">The contexts or a certificate cannot be read.</exception>
    /// <exception cref="WrongTargetException">The options do not go together.</exception>
    internal (GatewayClient Client, string Words) Connect(ParseResult arguments)
    {
        GatewayContext context = Choose(arguments);
        if (context.Address is not { } address)
        {
            string socket = context.Socket!;
            return (GatewayClient.Connect(socket), $"the socket {socket}");
        }

        try
        {
            var files = new TlsFiles { Ca = context.Ca!, Certificate = context.Certificate!, Key = context.Key! };
            return (GatewayClient.ConnectTls(address, files, context.ServerName), address);
        }
        catch (TlsFileException failure)
        {
            throw new UnreadableFileException(failure.Message);
        }
        catch (ArgumentException failure)
        {
            throw new WrongTargetException(failure.Message.Split(" (Parameter", 2)[0]);
        }
    }

    private GatewayContext Choose(ParseResult arguments)
    {
        bool socket = arguments.GetResult(_socket) is { Implicit: false };
        Option<string?>[] remote = [_address, _ca, _cert, _key, _serverName];
        Option<string?>[] given = [.. remote.Where(option => arguments.GetValue(option) is not null)];
        string? named = arguments.GetValue(_context);
        if ((socket ? 1 : 0) + (given.Length > 0 ? 1 : 0) + (named is null ? 0 : 1) > 1)
        {
            throw new WrongTargetException("--socket, --address (with --ca, --cert, --key) and --context exclude each other: take one of them.");
        }

        if (given.Length > 0)
        {
            return remote[..4].Where(option => string.IsNullOrEmpty(arguments.GetValue(option))).Select(option => option.Name).ToList() is { Count: > 0 } missing
                ? throw new WrongTargetException($"--address goes with --ca, --cert and --key, and {string.Join(", ", missing)} is missing.")
                : new GatewayContext("")
                {
                    Address = arguments.GetValue(_address),
                    Ca = arguments.GetValue(_ca),
                    Certificate = arguments.GetValue(_cert),
                    Key = arguments.GetValue(_key),
                    ServerName = arguments.GetValue(_serverName),
                };
        }

        return (socket ? null : FromFile(named)) ?? new GatewayContext("") { Socket = arguments.GetRequiredValue(_socket) };
    }

    private static GatewayContext? FromFile(string? named)
    {
        if (named is null && Environment.GetEnvironmentVariable("GATEWAYCTL_CONTEXT") is { Length: > 0 } wanted)
        {
            named = wanted;
        }

        ContextFile? file = ContextFile.Read(ContextFile.Path);
        named ??= file?.Current;
        return named is null ? null
            : file?.Contexts.FirstOrDefault(context => context.Name == named)
            ?? throw new UnreadableFileException(
                file is null ? $"there is no context '{named}': {ContextFile.Path} does not exist; gatewayctl(1) shows one"
                : $"there is no context '{named}' in {ContextFile.Path}: it has {string.Join(", ", file.Contexts.Select(context => context.Name))}");
    }

    private static Option<string?> Text(string name, string help, string description) => new(name) { Description = description, HelpName = help, Recursive = true };
}
