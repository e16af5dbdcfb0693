using System.Globalization;
using System.Net;
using System.Text;
using Gateway.Daemon.Access;
using Gateway.Policy;
using Gateway.Rpc;
using YamlDotNet.Core.Events;

namespace Gateway.Daemon.Configuration;

/// <summary>Reads who may call, where, and how much: access, listen and limits of the configuration file.</summary>
internal sealed class AccessReader(NodeReader nodes)
{
    private const string ListenHint = "Write {address: \"0.0.0.0:9443\", ca: FILE, cert: FILE, key: FILE}.";
    private const string RuleHint = "Write {user: NAME, role: viewer}, or group:, uri: or dns: in place of user:.";
    private const int LongestPath = 4095;

    private static readonly string[] s_listenKeys = ["address", "ca", "cert", "key"];
    private static readonly string[] s_ruleKeys = [.. AccessRule.Kinds, "role"];
    private static readonly string[] s_limitKeys = ["request_bytes", "requests_per_second", "calls", "calls_per_connection", "connections"];

    /// <summary>Least and most of each limit.</summary>
    private static readonly (int Least, int Most)[] s_limits =
        [(CallLimits.SmallRequest, CallLimits.LongestRequest), (1, 1_000_000), (1, 1_000_000), (1, 100_000), (1, 100_000)];

    public List<AccessRule> ReadRules()
    {
        var rules = new List<AccessRule>();
        if (!nodes.TryEnterList("Write a list like [{group: gateway, role: operator}]."))
        {
            return rules;
        }

        for (int i = 0; nodes.Events.Current is not SequenceEnd; i++)
        {
            nodes.Path.Push(i);
            if (ReadRule() is { } rule)
            {
                rules.Add(rule);
            }

            nodes.Path.Pop();
        }

        nodes.Events.Advance();
        return rules;
    }

    /// <summary>Address and certificates; null when there is any error.</summary>
    public ListenAddress? ReadListen()
    {
        SourcePosition start = nodes.Events.Position;
        IPEndPoint? endpoint = null;
        string?[] files = new string?[s_listenKeys.Length];
        uint seen = 0;
        bool whole = nodes.ReadMapping(s_listenKeys, ListenHint, key =>
        {
            seen |= 1u << key;
            if (key == 0)
            {
                endpoint = nodes.TryRead<IPEndPoint>(ParseEndpoint, ListenHint, out IPEndPoint value) ? value : null;
            }
            else
            {
                files[key] = ReadFile();
            }
        });
        for (int key = 0; whole && key < s_listenKeys.Length; key++)
        {
            if ((seen & (1u << key)) == 0)
            {
                nodes.MissingKey(start, s_listenKeys[key], $"gatewayd serves TCP to clients with certificates only. {ListenHint}");
            }
        }

        return endpoint is null || files.AsSpan(1).Contains(null)
            ? null
            : new ListenAddress(endpoint, new TlsFiles { Ca = files[1]!, Certificate = files[2]!, Key = files[3]! });
    }

    public CallLimits ReadLimits()
    {
        var limits = new CallLimits();
        nodes.ReadMapping(s_limitKeys, "Write what differs, like {requests_per_second: 100}.", key =>
        {
            (int least, int most) = s_limits[key];
            if (!nodes.TryRead<int>(
                (string text, out int number, out string message, out string hint) =>
                {
                    message = $"'{text}' is out of range.";
                    hint = string.Create(CultureInfo.InvariantCulture, $"Write a number from {least} to {most}.");
                    return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number >= least && number <= most;
                },
                "Write a number.",
                out int value))
            {
                return;
            }

            limits = key switch
            {
                0 => limits with { RequestBytes = value },
                1 => limits with { RequestsPerSecond = value },
                2 => limits with { Calls = value },
                3 => limits with { CallsPerConnection = value },
                _ => limits with { Connections = value },
            };
        });
        return limits;
    }

    private static bool ParseEndpoint(string text, out IPEndPoint value, out string message, out string hint)
    {
        message = $"'{text}' is no address with a port.";
        hint = "Write one like \"0.0.0.0:9443\", \"192.0.2.1:9443\" or \"[::]:9443\"; names are not looked up.";
        return ListenAddress.TryParse(text, out value);
    }

    private string? ReadFile()
    {
        SourcePosition position = nodes.Events.Position;
        const string hint = "Write a path like /etc/gatewayd/tls/ca.pem.";
        if (!nodes.TryReadScalar(hint, out string path))
        {
            return null;
        }

        if (!Path.IsPathRooted(path) || Encoding.UTF8.GetByteCount(path) > LongestPath)
        {
            nodes.Error(position, $"'{path}' is no absolute path of at most {LongestPath} bytes.", hint);
            return null;
        }

        return path;
    }

    private AccessRule? ReadRule()
    {
        SourcePosition start = nodes.Events.Position;
        var names = new List<(CallerKind Kind, string Name)>();
        Role role = Role.None;
        int errors = nodes.Errors.Count;
        bool whole = nodes.ReadMapping(s_ruleKeys, RuleHint, key =>
        {
            SourcePosition position = nodes.Events.Position;
            if (!nodes.TryReadScalar(RuleHint, out string text))
            {
                return;
            }

            if (key == AccessRule.Kinds.Length)
            {
                if (!RoleNames.TryParse(text, out role))
                {
                    nodes.Error(position, $"The role '{text}' is not known.", Spelling.Hint(text, RoleNames.Known));
                }
            }
            else if (AccessRule.Problem((CallerKind)key, text) is { } problem)
            {
                nodes.Error(position, problem, RuleHint);
            }
            else
            {
                names.Add(((CallerKind)key, text));
            }
        });
        if (whole && (names.Count != 1 || role == Role.None))
        {
            nodes.Error(start, "An entry has one of user, group, uri and dns, and a role.", RuleHint);
        }

        return errors == nodes.Errors.Count ? new AccessRule(names[0].Kind, names[0].Name, role) : null;
    }
}
