using System.Globalization;
using Gateway.DataPlane;
using Gateway.Policy;
using YamlDotNet.Core.Events;

namespace Gateway.Daemon.Configuration;

/// <summary>Reads the configuration file: YAML with version 1, in the same strict way as a policy. Never throws for bad input.</summary>
internal sealed partial class ConfigurationReader
{
    /// <summary>Least and most flows a family's table can hold.</summary>
    public const uint MinEntries = 1024, MaxEntries = 1 << 26;

    /// <summary>Longest name of a NIC, bytes (IFNAMSIZ - 1, linux/if.h).</summary>
    private const int MaxNicName = 15;

    private static readonly string[] s_keys =
        ["version", "socket", "pins", "state", "flow_entries", "set_entries", "log_level", "ports", "metrics", "ledger", "access", "listen", "limits"];
    private static readonly string[] s_portKeys = ["nic", "mode", "peer", "xdp", "checksum"];
    private static readonly string[] s_modes = ["host", "wire"];
    private static readonly string[] s_xdpModes = ["native", "generic", "off"];
    private static readonly string[] s_checksums = ["auto", "complete", "partial", "probe"];

    private readonly NodeReader _nodes;
    private readonly Dictionary<string, string> _named = new(StringComparer.Ordinal);

    private ConfigurationReader(string yaml) => _nodes = new NodeReader(yaml);

    public static IReadOnlyList<string> LogLevels { get; } = ["trace", "debug", "information", "warning", "error"];

    /// <summary>Reads a text.</summary>
    /// <returns>What it says, and everything that is wrong with it: with any error, what it says is not to be used.</returns>
    public static (ConfigurationFile File, IReadOnlyList<PolicyError> Errors) Read(string yaml)
    {
        ConfigurationReader? reader = null;
        try
        {
            reader = new ConfigurationReader(yaml);
            ConfigurationFile file = reader.ReadRoot();
            return (file, reader._nodes.Errors);
        }
        catch (PolicySyntaxException exception)
        {
            string path = reader?._nodes.Path.ToString() ?? "";
            var error = new PolicyError(path, exception.Position.Line, exception.Position.Column, exception.Message, exception.Hint);
            return (new ConfigurationFile(), [.. reader?._nodes.Errors ?? [], error]);
        }
    }

    private ConfigurationFile ReadRoot()
    {
        const string hint = "Write version: 1, then ports: and what else differs from the defaults.";
        var file = new ConfigurationFile();
        SourcePosition start = _nodes.Events.Position;
        if (!_nodes.TryEnterMapping(hint))
        {
            return file;
        }

        uint seen = 0;
        for (int key = _nodes.NextKey(s_keys, ref seen); key >= 0; key = _nodes.NextKey(s_keys, ref seen))
        {
            file = ReadValue(file, key);
            _nodes.Path.Pop();
        }

        if ((seen & 1) == 0)
        {
            _nodes.MissingKey(start, "version", "Write version: 1.");
        }

        _nodes.Events.Finish();
        return file;
    }

    private ConfigurationFile ReadValue(ConfigurationFile file, int key)
    {
        switch (key)
        {
            case 0:
                SourcePosition position = _nodes.Events.Position;
                if (_nodes.TryReadScalar("Write version: 1.", out string version) && version != "1")
                {
                    _nodes.Error(position, $"Version '{version}' of the configuration is not known.", "Write version: 1.");
                }

                return file;
            case 1:
                return file with { Socket = ReadPath("/run/gateway/gateway.sock", Hosting.DaemonOptions.MaxSocketPath) };
            case 2:
                return file with { Pins = ReadPath("/sys/fs/bpf/gateway") };
            case 3:
                return file with { State = ReadPath("/var/lib/gatewayd") };
            case 4:
                return _nodes.TryRead<uint>(ReadEntries, "Write a number like 65536.", out uint entries) ? file with { FlowEntries = entries } : file;
            case 5:
                return _nodes.TryRead<uint>(ReadEntries, "Write a number like 262144.", out uint members) ? file with { SetEntries = members } : file;
            case 6:
                return file with { LogLevel = ReadWord([.. LogLevels]) };
            case 7:
                return file with { Ports = ReadPorts() };
            case 8:
                return file with { Metrics = ReadMetrics() };
            case 9:
                return file with { Ledger = ReadLedger() };
            case 10:
                return file with { Access = new AccessReader(_nodes).ReadRules() };
            case 11:
                return file with { Listen = new AccessReader(_nodes).ReadListen() };
            default:
                return file with { Limits = new AccessReader(_nodes).ReadLimits() };
        }
    }

    private static bool ReadEntries(string text, out uint value, out string message, out string hint)
    {
        message = $"'{text}' is no number of entries.";
        hint = $"Write a number from {MinEntries} to {MaxEntries}.";
        return uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value is >= MinEntries and <= MaxEntries;
    }

    private string? ReadPath(string example, int maxBytes = 4095)
    {
        SourcePosition position = _nodes.Events.Position;
        if (!_nodes.TryReadScalar($"Write a path like {example}.", out string path))
        {
            return null;
        }

        if (!Path.IsPathRooted(path) || System.Text.Encoding.UTF8.GetByteCount(path) > maxBytes)
        {
            _nodes.Error(position, $"'{path}' is no absolute path of at most {maxBytes} bytes.", $"Write a path like {example}.");
            return null;
        }

        return path;
    }

    /// <summary>One of a few words; null when it is not.</summary>
    private string? ReadWord(string[] words)
    {
        SourcePosition position = _nodes.Events.Position;
        if (!_nodes.TryReadScalar($"Write {string.Join(" or ", words)}.", out string word))
        {
            return null;
        }

        if (!words.Contains(word))
        {
            _nodes.Error(position, $"'{word}' is not known here.", Spelling.Hint(word, words));
            return null;
        }

        return word;
    }

    private List<PortRequest> ReadPorts()
    {
        var ports = new List<PortRequest>();
        if (!_nodes.TryEnterList("Write a list like [{nic: eth0}, {nic: eth1, mode: wire, peer: eth3}]."))
        {
            return ports;
        }

        for (int i = 0; _nodes.Events.Current is not SequenceEnd; i++)
        {
            _nodes.Path.Push(i);
            if (ReadPort() is { } port)
            {
                ports.Add(port);
            }

            _nodes.Path.Pop();
        }

        _nodes.Events.Advance();
        return ports;
    }

    private PortRequest? ReadPort()
    {
        const string hint = "Write {nic: eth0}, or {nic: eth1, mode: wire, peer: eth3}.";
        SourcePosition start = _nodes.Events.Position;
        int errors = _nodes.Errors.Count;
        string? nic = null, peer = null, mode = null, xdp = null, checksum = null;
        uint seen = 0;
        bool whole = _nodes.ReadMapping(s_portKeys, hint, key =>
        {
            seen |= 1u << key;
            switch (key)
            {
                case 0:
                    nic = ReadNic();
                    break;
                case 1:
                    mode = ReadWord(s_modes);
                    break;
                case 2:
                    peer = ReadNic();
                    break;
                case 3:
                    xdp = ReadWord(s_xdpModes);
                    break;
                default:
                    checksum = ReadWord(s_checksums);
                    break;
            }
        });
        if (whole && (seen & 1) == 0)
        {
            _nodes.MissingKey(start, "nic", hint);
        }

        bool wire = mode == "wire";
        if (whole && wire != ((seen & 4) != 0))
        {
            _nodes.Error(
                start, wire ? "A wire has two ends, and the peer is missing." : "A peer belongs to mode: wire.", wire ? "Add peer: NIC." : "Add mode: wire, or leave peer out.");
        }

        return errors != _nodes.Errors.Count ? null : new PortRequest(nic!)
        {
            Mode = wire ? PortMode.Wire : PortMode.Host,
            Peer = peer,
            Xdp = xdp is null ? PortXdp.Native : Enum.Parse<PortXdp>(xdp, ignoreCase: true),
            Checksum = checksum is null ? ChecksumMode.Auto : Enum.Parse<ChecksumMode>(checksum, ignoreCase: true),
        };
    }

    /// <summary>The name of a NIC that is not named before.</summary>
    private string? ReadNic()
    {
        const string hint = "Write a name that 'ip link' shows, like eth0.";
        SourcePosition position = _nodes.Events.Position;
        if (!_nodes.TryReadScalar(hint, out string nic))
        {
            return null;
        }

        if (nic.Length == 0 || System.Text.Encoding.UTF8.GetByteCount(nic) > MaxNicName || nic.Any(c => c == '/' || char.IsWhiteSpace(c)))
        {
            _nodes.Error(position, $"'{nic}' is no name of a NIC.", hint);
            return null;
        }

        if (!_named.TryAdd(nic, _nodes.Path.ToString()))
        {
            _nodes.Error(position, $"NIC {nic} stands at {_named[nic]} already.", "Name each NIC once; a wire pair is one entry.");
            return null;
        }

        return nic;
    }
}
