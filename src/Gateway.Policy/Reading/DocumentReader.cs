using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Reads one policy text; on errors the document holds what could be read.</summary>
internal sealed class DocumentReader
{
    private static readonly string[] s_documentKeys = ["version", "name", "chains"];
    private static readonly string[] s_chainKeys = ["name", "priority", "hooks", "ports", "select", "actors"];

    private readonly NodeReader _nodes;
    private readonly SelectorReader _selectors;
    private readonly ActorReader _actors;

    private DocumentReader(NodeReader nodes)
    {
        _nodes = nodes;
        _selectors = new SelectorReader(nodes);
        _actors = new ActorReader(nodes);
    }

    public static ReadDocument Read(string yaml, int maxBytes)
    {
        if (yaml.Length > maxBytes || System.Text.Encoding.UTF8.GetByteCount(yaml) > maxBytes)
        {
            var tooLong = new PolicyError(
                "", 1, 1, $"The text is longer than {maxBytes} bytes.", "Send exact subflows as a message instead of text, or fewer of them.");
            return new ReadDocument(null, [tooLong], new Dictionary<string, SourcePosition>());
        }

        var errors = new List<PolicyError>();
        NodeReader? nodes = null;
        PolicyDocument? document = null;
        try
        {
            nodes = new NodeReader(yaml);
            document = new DocumentReader(nodes).ReadRoot();
        }
        catch (PolicySyntaxException exception)
        {
            string path = nodes?.Path.ToString() ?? "";
            errors.Add(new PolicyError(path, exception.Position.Line, exception.Position.Column, exception.Message, exception.Hint));
        }

        return new ReadDocument(document, [.. nodes?.Errors ?? [], .. errors], nodes?.Places ?? new Dictionary<string, SourcePosition>());
    }

    private PolicyDocument? ReadRoot()
    {
        SourcePosition start = _nodes.Events.Position;
        if (_nodes.Events.Current is StreamEnd || _nodes.IsNull())
        {
            _nodes.Error(start, "The text is empty.", "Write version: 1, name: and chains:.");
            return null;
        }

        if (!_nodes.TryEnterMapping("Write version: 1, name: and chains:."))
        {
            _nodes.Events.Finish();
            return null;
        }

        string name = "";
        List<Chain> chains = [];
        uint seen = 0;
        for (int key = _nodes.NextKey(s_documentKeys, ref seen); key >= 0; key = _nodes.NextKey(s_documentKeys, ref seen))
        {
            _nodes.NotePlace();
            switch (key)
            {
                case 0:
                    ReadVersion();
                    break;
                case 1:
                    _nodes.TryReadScalar("Write a name like evening.", out name);
                    break;
                default:
                    chains = ReadChains();
                    break;
            }

            _nodes.Path.Pop();
        }

        ReportMissing(start, s_documentKeys, seen, required: 0b111, ["Write version: 1.", "Write a name like evening.", "Write chains: [] for a policy that does nothing."]);
        _nodes.Events.Finish();
        return new PolicyDocument(name, ValueList.From(chains));
    }

    private void ReportMissing(SourcePosition start, string[] keys, uint seen, uint required, string[] hints)
    {
        for (int key = 0; key < keys.Length; key++)
        {
            if ((required & ~seen & (1u << key)) != 0)
            {
                _nodes.MissingKey(start, keys[key], hints[key]);
            }
        }
    }

    private void ReadVersion()
    {
        SourcePosition position = _nodes.Events.Position;
        if (_nodes.TryReadScalar("Write version: 1.", out string version) && version != "1")
        {
            _nodes.Error(position, $"Version '{version}' of the policy format is not known.", "Write version: 1.");
        }
    }

    private List<Chain> ReadChains()
    {
        var chains = new List<Chain>();
        if (!_nodes.TryEnterList("Write a list of chains, each with name, priority and actors."))
        {
            return chains;
        }

        while (_nodes.Events.Current is not SequenceEnd)
        {
            _nodes.Path.Push(chains.Count);
            _nodes.NotePlace();
            chains.Add(ReadChain());
            _nodes.Path.Pop();
        }

        _nodes.Events.Advance();
        return chains;
    }

    private Chain ReadChain()
    {
        SourcePosition start = _nodes.Events.Position;
        var chain = new Chain("", 0, Hooks.Ingress, [], null, []);
        if (!_nodes.TryEnterMapping("Write a chain with name, priority and actors."))
        {
            return chain;
        }

        uint seen = 0;
        for (int key = _nodes.NextKey(s_chainKeys, ref seen); key >= 0; key = _nodes.NextKey(s_chainKeys, ref seen))
        {
            _nodes.NotePlace();
            chain = ReadChainValue(chain, key);
            _nodes.Path.Pop();
        }

        ReportMissing(start, s_chainKeys, seen, required: 0b100011, ["Write a name like keep-as-backup.", "Write a number from 0 to 65535; higher wins.", "", "", "", "Write a list of actors, like [record]."]);
        return chain;
    }

    private Chain ReadChainValue(Chain chain, int key)
    {
        switch (key)
        {
            case 0:
                return _nodes.TryReadScalar("Write a name like keep-as-backup.", out string name) ? chain with { Name = name } : chain;
            case 1:
                return _nodes.TryRead(ScalarParsers.Integer, "Write a number from 0 to 65535; higher wins.", out int priority)
                    ? chain with { Priority = priority }
                    : chain;
            case 2:
                ValueList<Hooks>? hooks = _nodes.ReadOneOrMany<Hooks>(ScalarParsers.HookName, "Write [ingress], [egress] or both.");
                return hooks is null ? chain : chain with { Hooks = hooks.Aggregate((a, b) => a | b) };
            case 3:
                return ReadPorts() is { } ports ? chain with { Ports = ports } : chain;
            case 4:
                if (_nodes.IsNull())
                {
                    _nodes.Error(_nodes.Events.Position, "The value is missing.", "Remove select to match every TCP packet.");
                    _nodes.Events.Advance();
                    return chain;
                }

                return chain with { Select = _selectors.ReadExpression() };
            default:
                return chain with { Actors = ReadActors() };
        }
    }

    private ValueList<string>? ReadPorts()
    {
        const string hint = "Write a list of NIC names, or remove ports for all managed NICs.";
        if (_nodes.Events.Current is not SequenceStart)
        {
            return _nodes.TryReadScalar(hint, out string port) ? [port] : null;
        }

        // The place of each name is noted for the validators.
        SourcePosition start = _nodes.Events.Position;
        var ports = new List<string>();
        _nodes.Events.Advance();
        while (_nodes.Events.Current is not SequenceEnd)
        {
            _nodes.Path.Push(ports.Count);
            _nodes.NotePlace();
            ports.Add(_nodes.TryReadScalar(hint, out string port) ? port : "");
            _nodes.Path.Pop();
        }

        _nodes.Events.Advance();
        if (ports.Count == 0)
        {
            _nodes.Error(start, "The list is empty.", hint);
        }

        return ValueList.From(ports);
    }

    private ValueList<Actor> ReadActors()
    {
        var actors = new List<Actor>();
        if (_nodes.TryEnterList("Write a list of actors, like [record]."))
        {
            while (_nodes.Events.Current is not SequenceEnd)
            {
                _nodes.Path.Push(actors.Count);
                _nodes.NotePlace();
                actors.Add(_actors.ReadActor());
                _nodes.Path.Pop();
            }

            _nodes.Events.Advance();
        }

        return ValueList.From(actors);
    }
}
