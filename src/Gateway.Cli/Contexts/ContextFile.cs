using System.Text;
using Gateway.Policy;
using YamlDotNet.Core.Events;

namespace Gateway.Cli;

/// <summary>The file of contexts: YAML with contexts, and the current one. Paths in it start at its directory.</summary>
internal sealed class ContextFile
{
    private const string Example = "Write {name: edge, address: \"edge.example.net:9443\", ca: FILE, cert: FILE, key: FILE}, or {name: local, socket: PATH}.";

    private static readonly string[] s_keys = ["current", "contexts"];
    private static readonly string[] s_contextKeys = ["name", "socket", "address", "ca", "cert", "key", "server_name"];

    private readonly NodeReader _nodes;
    private readonly string _directory;
    private readonly List<GatewayContext> _contexts = [];

    private ContextFile(string yaml, string path)
    {
        _nodes = new NodeReader(yaml);
        _directory = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(path))!;
    }

    /// <summary>Where it is: contexts.yaml in gatewayctl of $XDG_CONFIG_HOME, or of ~/.config.</summary>
    public static string Path
    {
        get
        {
            string? configured = Environment.GetEnvironmentVariable("XDG_CONFIG_HOME");
            string directory = string.IsNullOrEmpty(configured)
                ? System.IO.Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".config")
                : configured;
            return System.IO.Path.Combine(directory, "gatewayctl", "contexts.yaml");
        }
    }

    /// <summary>The context that is meant when none is named; null = none.</summary>
    public string? Current { get; private set; }

    public IReadOnlyList<GatewayContext> Contexts => _contexts;

    /// <summary>Reads the file; null when there is none.</summary>
    /// <exception cref="UnreadableFileException">It cannot be read, or is wrong.</exception>
    public static ContextFile? Read(string path)
    {
        string yaml;
        try
        {
            yaml = File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new UnreadableFileException($"cannot read the contexts: {failure.Message}");
        }

        ContextFile? file = null;
        try
        {
            file = new ContextFile(yaml, path);
            file.ReadRoot();
        }
        catch (PolicySyntaxException failure)
        {
            throw new UnreadableFileException($"{path}:{failure.Position.Line}:{failure.Position.Column}: {failure.Message} {failure.Hint}");
        }

        return file._nodes.Errors is [var first, ..] ? throw new UnreadableFileException($"{path}:{first}") : file;
    }

    private void ReadRoot()
    {
        SourcePosition start = _nodes.Events.Position;
        if (!_nodes.TryEnterMapping("Write contexts: and a list."))
        {
            return;
        }

        uint seen = 0;
        for (int key = _nodes.NextKey(s_keys, ref seen); key >= 0; key = _nodes.NextKey(s_keys, ref seen))
        {
            if (key == 0)
            {
                Current = _nodes.TryReadScalar("Write the name of a context.", out string name) ? name : null;
            }
            else if (_nodes.TryEnterList($"Write a list. {Example}"))
            {
                ReadContexts();
            }

            _nodes.Path.Pop();
        }

        if (Current is not null && _contexts.All(context => context.Name != Current))
        {
            _nodes.Error(start, $"The current context '{Current}' is not in the list.", "Name one of contexts, or leave current out.");
        }

        _nodes.Events.Finish();
    }

    private void ReadContexts()
    {
        for (int i = 0; _nodes.Events.Current is not SequenceEnd; i++)
        {
            _nodes.Path.Push(i);
            ReadContext();
            _nodes.Path.Pop();
        }

        _nodes.Events.Advance();
    }

    private void ReadContext()
    {
        SourcePosition start = _nodes.Events.Position;
        string?[] values = new string?[s_contextKeys.Length];
        if (!_nodes.ReadMapping(s_contextKeys, Example, key => values[key] = _nodes.TryReadScalar(Example, out string text) ? text : null))
        {
            return;
        }

        bool remote = values[2] is not null;
        if (values[0] is not { Length: > 0 } name || remote == (values[1] is not null))
        {
            _nodes.Error(start, "A context has a name, and one of socket and address.", Example);
        }
        else if (remote != (values[3] is not null && values[4] is not null && values[5] is not null) || (!remote && values[6] is not null))
        {
            _nodes.Error(start, "An address goes with ca, cert and key, a socket without.", Example);
        }
        else if (At(values[1]) is { } socket && Encoding.UTF8.GetByteCount(socket) > Target.LongestSocketPath)
        {
            _nodes.Error(start, $"The socket {socket} has more than {Target.LongestSocketPath} bytes.", "Name it by a shorter path.");
        }
        else if (_contexts.Any(context => context.Name == name))
        {
            _nodes.Error(start, $"The context {name} stands here twice.", "Give each a name of its own.");
        }
        else
        {
            _contexts.Add(new GatewayContext(name)
            {
                Socket = At(values[1]),
                Address = values[2],
                Ca = At(values[3]),
                Certificate = At(values[4]),
                Key = At(values[5]),
                ServerName = values[6],
            });
        }
    }

    private string? At(string? path) => path switch
    {
        null => null,
        _ when path.StartsWith("~/", StringComparison.Ordinal) => System.IO.Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", path[2..]),
        _ => System.IO.Path.Combine(_directory, path),
    };
}
