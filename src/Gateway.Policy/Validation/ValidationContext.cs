namespace Gateway.Policy;

/// <summary>What validators look at and report to.</summary>
internal sealed class ValidationContext(ReadDocument read, PolicyDocument document, PolicyEnvironment environment)
{
    private readonly HashSet<string> _unreadable = [.. read.Errors.Select(e => e.Path)];
    private readonly List<PolicyError> _errors = [];
    private readonly Dictionary<Selector, bool> _tooDeep = new(ReferenceEqualityComparer.Instance);

    public PolicyDocument Document { get; } = document;

    public PolicyEnvironment Environment { get; } = environment;

    public IReadOnlyList<PolicyError> Errors => _errors;

    public PolicyPath Path { get; } = new();

    /// <summary>Reports an error at the current path, unless the text there could not even be read.</summary>
    public void Report(string message, string hint, SourcePosition position = default)
    {
        string path = Path.ToString();
        for (string? place = path; place is not null; place = Parent(place))
        {
            if (_unreadable.Contains(place))
            {
                return;
            }
        }

        _errors.Add(Locate(read.Places, new PolicyError(path, position.Line, position.Column, message, hint)));
    }

    /// <summary>Reports an error at a key below the current path.</summary>
    public void ReportAt(string key, string message, string hint)
    {
        Path.Push(key);
        Report(message, hint);
        Path.Pop();
    }

    /// <summary>Reports an error at an element of a list below the current path.</summary>
    public void ReportAt(string key, int index, string message, string hint)
    {
        Path.Push(key);
        Path.Push(index);
        Report(message, hint);
        Path.Pop();
        Path.Pop();
    }

    /// <summary>Goes through the chains, with each on the path.</summary>
    public void ForEachChain(Action<Chain> look)
    {
        Path.Push("chains");
        for (int i = 0; i < Document.Chains.Count; i++)
        {
            Path.Push(i);
            look(Document.Chains[i]);
            Path.Pop();
        }

        Path.Pop();
    }

    /// <summary>Whether an expression is nested too deeply; found out once, as it may have a million selectors.</summary>
    public bool IsTooDeep(Selector expression)
    {
        if (!_tooDeep.TryGetValue(expression, out bool tooDeep))
        {
            tooDeep = SelectorPath.IsDeeperThan(expression, PolicyValidator.MaxSelectorDepth);
            _tooDeep.Add(expression, tooDeep);
        }

        return tooDeep;
    }

    /// <summary>Goes through the selector expressions that are not nested too deeply, with each on the path.</summary>
    public void ForEachExpression(Action<Chain, Selector> look) =>
        ForEachChain(chain =>
        {
            if (chain.Select is not null && !IsTooDeep(chain.Select))
            {
                Path.Push("select");
                look(chain, chain.Select);
                Path.Pop();
            }
        });

    /// <summary>Goes through the actors of one kind, with each and its name on the path.</summary>
    public void ForEachActor<T>(Action<T> look)
        where T : Actor =>
        ForEachChain(chain =>
        {
            Path.Push("actors");
            for (int i = 0; i < chain.Actors.Count; i++)
            {
                if (chain.Actors[i] is T actor)
                {
                    Path.Push(i);
                    Path.Push(ActorNames.Of(actor));
                    look(actor);
                    Path.Pop();
                    Path.Pop();
                }
            }

            Path.Pop();
        });

    /// <summary>Gives an error without a place the place of its path, or of the nearest node above with one.</summary>
    public static PolicyError Locate(IReadOnlyDictionary<string, SourcePosition> places, PolicyError error)
    {
        for (string? place = error.Path; error.Line == 0 && place is not null; place = Parent(place))
        {
            if (places.TryGetValue(place, out SourcePosition position))
            {
                return error with { Line = position.Line, Column = position.Column };
            }
        }

        return error;
    }

    private static string? Parent(string path)
    {
        int end = path.LastIndexOfAny(['.', '[']);
        return end < 0 ? null : path[..end];
    }
}
