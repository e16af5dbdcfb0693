using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Reads redirect.</summary>
internal sealed class RedirectReader(NodeReader nodes)
{
    public const string Hint = "Write it like {port: eth3, mac: fib} or {spread: [eth3, {port: eth4, weight: 3}]}.";
    private const string MacHint = "Write fib, keep or {dst: 02:00:5e:10:00:01}.";

    private static readonly string[] s_redirectKeys = ["port", "spread", "mac"];
    private static readonly string[] s_linkKeys = ["port", "weight"];
    private static readonly string[] s_macKeys = ["dst", "src"];

    public RedirectActor? Read()
    {
        SourcePosition start = nodes.Events.Position;
        int errors = nodes.Errors.Count;
        if (!nodes.TryEnterMapping(Hint))
        {
            return null;
        }

        ValueList<string>? ports = null;
        ValueList<int> weights = [];
        RedirectMac? mac = new FibMac();
        uint seen = 0;
        for (int key = nodes.NextKey(s_redirectKeys, ref seen); key >= 0; key = nodes.NextKey(s_redirectKeys, ref seen))
        {
            nodes.NotePlace();
            switch (key)
            {
                case 0:
                    ports = nodes.TryRead(ScalarParsers.Text, Hint, out string port) ? [port] : null;
                    break;
                case 1:
                    (ports, weights) = ReadSpread();
                    break;
                default:
                    mac = ReadMac();
                    break;
            }

            nodes.Path.Pop();
        }

        if ((seen & 3) != 1 && (seen & 3) != 2 && errors == nodes.Errors.Count)
        {
            nodes.Error(start, "A redirect needs either port or spread.", Hint);
        }

        return errors == nodes.Errors.Count && ports is not null && mac is not null ? new RedirectActor(ports, mac) { Weights = weights } : null;
    }

    private RedirectMac? ReadMac()
    {
        SourcePosition start = nodes.Events.Position;
        if (nodes.Events.Current is Scalar)
        {
            if (!nodes.TryReadScalar(MacHint, out string word))
            {
                return null;
            }

            switch (word)
            {
                case "fib":
                    return new FibMac();
                case "keep":
                    return new KeepMac();
                default:
                    nodes.Error(start, $"'{word}' is not a source of MAC addresses.", MacHint);
                    return null;
            }
        }

        int errors = nodes.Errors.Count;
        if (!nodes.TryEnterMapping(MacHint))
        {
            return null;
        }

        var addresses = new MacAddress[2];
        uint seen = 0;
        for (int key = nodes.NextKey(s_macKeys, ref seen); key >= 0; key = nodes.NextKey(s_macKeys, ref seen))
        {
            nodes.NotePlace();
            nodes.TryRead(ScalarParsers.Mac, MacHint, out addresses[key]);
            nodes.Path.Pop();
        }

        if ((seen & 1) == 0)
        {
            nodes.MissingKey(start, "dst", MacHint);
        }

        return errors == nodes.Errors.Count
            ? new GivenMac(addresses[0], (seen & 2) != 0 ? addresses[1] : null)
            : null;
    }

    /// <summary>NIC names, or mappings with a weight; the weights are empty when none is given.</summary>
    private (ValueList<string>? Ports, ValueList<int> Weights) ReadSpread()
    {
        if (nodes.Events.Current is Scalar)
        {
            return (nodes.TryRead(ScalarParsers.Text, Hint, out string one) ? [one] : null, []);
        }

        SourcePosition start = nodes.Events.Position;
        int errors = nodes.Errors.Count;
        if (!nodes.TryEnterList(Hint))
        {
            return (null, []);
        }

        var ports = new List<string>();
        var weights = new List<int>();
        while (nodes.Events.Current is not SequenceEnd)
        {
            nodes.Path.Push(ports.Count);
            (string port, int weight) = ReadLink();
            ports.Add(port);
            weights.Add(weight);
            nodes.Path.Pop();
        }

        nodes.Events.Advance();
        if (ports.Count == 0)
        {
            nodes.Error(start, "The list is empty.", Hint);
        }

        return errors == nodes.Errors.Count
            ? (ValueList.From(ports), weights.TrueForAll(weight => weight == 1) ? [] : ValueList.From(weights))
            : (null, []);
    }

    private (string Port, int Weight) ReadLink()
    {
        string port = "";
        int weight = 1;
        if (nodes.Events.Current is Scalar)
        {
            nodes.TryRead(ScalarParsers.Text, Hint, out port);
            return (port, weight);
        }

        SourcePosition start = nodes.Events.Position;
        uint seen = 0;
        bool complete = nodes.ReadMapping(s_linkKeys, Hint, key =>
        {
            seen |= 1u << key;
            if (key == 0)
            {
                nodes.TryRead(ScalarParsers.Text, Hint, out port);
            }
            else
            {
                nodes.TryRead(ScalarParsers.Integer, Hint, out weight);
            }
        });
        if (complete && (seen & 1) == 0)
        {
            nodes.MissingKey(start, "port", Hint);
        }

        return (port, weight);
    }
}
