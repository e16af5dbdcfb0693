using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Reads mappings, lists and scalars, and notes every error with its path and place.</summary>
internal sealed class NodeReader
{
    public NodeReader(string yaml) =>
        Events = new YamlEvents(yaml, (position, message, hint) => Error(position, message, hint));

    /// <summary>Turns the text of a scalar into a value, or says what is wrong with it.</summary>
    public delegate bool ScalarParser<T>(string text, out T value, out string message, out string hint);

    public YamlEvents Events { get; }

    public PolicyPath Path { get; } = new();

    public List<PolicyError> Errors { get; } = [];

    /// <summary>Places of the nodes outside of selectors, by path; selectors carry their own.</summary>
    public Dictionary<string, SourcePosition> Places { get; } = [];

    public void Error(SourcePosition position, string message, string hint) =>
        Errors.Add(new PolicyError(Path.ToString(), position.Line, position.Column, message, hint));

    public void MissingKey(SourcePosition mapping, string key, string hint)
    {
        Path.Push(key);
        Error(mapping, $"The key {key} is missing.", hint);
        Path.Pop();
    }

    public void NotePlace() => Places[Path.ToString()] = Events.Position;

    /// <summary>Enters a mapping, or reports and skips what stands there instead.</summary>
    public bool TryEnterMapping(string hint)
    {
        if (Events.Current is MappingStart)
        {
            Events.Advance();
            return true;
        }

        Error(Events.Position, "A mapping is expected here.", hint);
        Events.Skip();
        return false;
    }

    /// <summary>Enters a list, or reports and skips what stands there instead.</summary>
    public bool TryEnterList(string hint)
    {
        if (Events.Current is SequenceStart)
        {
            Events.Advance();
            return true;
        }

        Error(Events.Position, "A list is expected here.", hint);
        Events.Skip();
        return false;
    }

    /// <summary>
    /// Goes to the value of the next known key and puts the key on the path; reports and skips unknown and
    /// repeated keys. Leaves the mapping at its end.
    /// </summary>
    /// <param name="keys">The known keys, at most 32.</param>
    /// <param name="seen">Bit per known key that was met.</param>
    /// <returns>The index of the key, or -1 at the end of the mapping.</returns>
    public int NextKey(string[] keys, ref uint seen)
    {
        while (Events.Current is not MappingEnd)
        {
            int index = ReadKey(keys, ref seen, out string name);
            Path.Push(name);
            if (index >= 0)
            {
                return index;
            }

            Events.Skip();
            Path.Pop();
        }

        Events.Advance();
        return -1;
    }

    /// <summary>Reads a mapping with at least one of the keys; false when there is any error in it.</summary>
    public bool ReadMapping(string[] keys, string hint, Action<int> readValue)
    {
        SourcePosition start = Events.Position;
        int errors = Errors.Count;
        if (!TryEnterMapping(hint))
        {
            return false;
        }

        uint seen = 0;
        for (int key = NextKey(keys, ref seen); key >= 0; key = NextKey(keys, ref seen))
        {
            NotePlace();
            readValue(key);
            Path.Pop();
        }

        if (seen == 0 && errors == Errors.Count)
        {
            Error(start, "The mapping is empty.", hint);
        }

        return errors == Errors.Count;
    }

    /// <summary>Reads one key of a mapping; an unknown or repeated one is reported and gives -1.</summary>
    public int ReadKey(string[] keys, ref uint seen, out string name)
    {
        SourcePosition position = Events.Position;
        name = "?";
        if (Events.Current is not Scalar scalar)
        {
            Error(position, "A key must be a word.", Spelling.Hint("", keys));
            Events.Skip();
            return -1;
        }

        name = scalar.Value;
        Events.Advance();
        int index = Array.IndexOf(keys, name);
        if (index < 0)
        {
            Path.Push(name);
            Error(position, $"The key '{name}' is not known here.", Spelling.Hint(name, keys));
            Path.Pop();
            return -1;
        }

        name = keys[index];
        if ((seen & (1u << index)) != 0)
        {
            Path.Push(name);
            Error(position, $"The key {name} stands here twice.", "Keep one of them.");
            Path.Pop();
            return -1;
        }

        seen |= 1u << index;
        return index;
    }

    /// <summary>Reads a scalar, or reports and skips what stands there instead.</summary>
    public bool TryReadScalar(string hint, out string text)
    {
        if (Events.Current is not Scalar scalar)
        {
            text = "";
            Error(Events.Position, "A single value is expected here.", hint);
            Events.Skip();
            return false;
        }

        text = scalar.Value;
        if (IsNull(scalar))
        {
            Error(Events.Position, "The value is missing.", hint);
            Events.Advance();
            return false;
        }

        Events.Advance();
        return true;
    }

    /// <summary>Whether the current node is an absent value (an empty plain scalar, ~ or null).</summary>
    public bool IsNull() => Events.Current is Scalar scalar && IsNull(scalar);

    /// <summary>Reads one value.</summary>
    public bool TryRead<T>(ScalarParser<T> parser, string hint, out T value)
    {
        SourcePosition position = Events.Position;
        if (!TryReadScalar(hint, out string text))
        {
            value = default!;
            return false;
        }

        if (parser(text, out value, out string message, out string parserHint))
        {
            return true;
        }

        Error(position, message, parserHint);
        return false;
    }

    /// <summary>Reads one value or a list of values; null when there is any error.</summary>
    public ValueList<T>? ReadOneOrMany<T>(ScalarParser<T> parser, string hint, bool mayBeEmpty = false)
    {
        if (Events.Current is not SequenceStart)
        {
            return TryRead(parser, hint, out T one) ? [one] : null;
        }

        SourcePosition start = Events.Position;
        int errors = Errors.Count;
        var values = new List<T>();
        Events.Advance();
        for (int i = 0; Events.Current is not SequenceEnd; i++)
        {
            Path.Push(i);
            if (TryRead(parser, hint, out T value))
            {
                values.Add(value);
            }

            Path.Pop();
        }

        Events.Advance();
        if (values.Count == 0 && !mayBeEmpty && errors == Errors.Count)
        {
            Error(start, "The list is empty.", hint);
        }

        return errors == Errors.Count ? ValueList.From(values) : null;
    }

    private static bool IsNull(Scalar scalar) =>
        scalar.Style == ScalarStyle.Plain && scalar.Value is "" or "~" or "null";
}
