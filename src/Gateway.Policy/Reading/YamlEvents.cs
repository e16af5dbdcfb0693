using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>
/// The events of one YAML document of plain mappings, sequences and scalars: no anchors, aliases, tags,
/// second documents, and a bounded depth (the parser's cost grows with the square of the depth).
/// </summary>
internal sealed class YamlEvents
{
    public const int MaxDepth = 128;

    private readonly Parser _parser;
    private readonly Action<SourcePosition, string, string> _report;
    private int _depth;

    public YamlEvents(string yaml, Action<SourcePosition, string, string> report)
    {
        _parser = new Parser(new Scanner(new StringReader(yaml)));
        _report = report;
        Advance();
        Advance();
        if (Current is DocumentStart)
        {
            Advance();
        }
    }

    public ParsingEvent Current { get; private set; } = new StreamStart();

    public SourcePosition Position => PositionOf(Current);

    public static SourcePosition PositionOf(ParsingEvent parsed) => PositionOf(parsed.Start);

    /// <summary>Goes to the next event.</summary>
    /// <exception cref="PolicySyntaxException">The text is no YAML, or nested too deeply.</exception>
    public void Advance()
    {
        ReportUnsupported();
        Current = Next();
        switch (Current)
        {
            case MappingStart or SequenceStart when ++_depth > MaxDepth:
                throw new PolicySyntaxException(
                    Position, $"The text is nested more than {MaxDepth} levels deep.", "Write the policy with fewer levels.");
            case MappingEnd or SequenceEnd:
                _depth--;
                break;
            default:
                break;
        }
    }

    /// <summary>Passes over one node with all that is in it.</summary>
    public void Skip()
    {
        int open = 0;
        do
        {
            open += Current switch
            {
                MappingStart or SequenceStart => 1,
                MappingEnd or SequenceEnd => -1,
                _ => 0,
            };
            Advance();
        }
        while (open > 0);
    }

    /// <summary>Reads to the end of the text, which must hold no second document.</summary>
    public void Finish()
    {
        while (Current is not StreamEnd)
        {
            if (Current is DocumentStart)
            {
                _report(Position, "The text holds more than one YAML document.", "Send one policy at a time.");
                return;
            }

            Advance();
        }
    }

    /// <summary>Looks at a node when it is left: then the path of the reader is its path.</summary>
    private void ReportUnsupported()
    {
        if (Current is AnchorAlias)
        {
            _report(Position, "Aliases are not supported.", "Repeat the value.");
        }
        else if (Current is NodeEvent node)
        {
            if (!node.Anchor.IsEmpty)
            {
                _report(Position, "Anchors are not supported.", "Remove the anchor.");
            }

            if (!node.Tag.IsEmpty)
            {
                _report(Position, "Tags are not supported.", "Remove the tag.");
            }
        }
    }

    private ParsingEvent Next()
    {
        try
        {
            // Past the end the parser keeps its last event, the end of the stream.
            _parser.MoveNext();
            return _parser.Current ?? Current;
        }
        catch (YamlException exception)
        {
            throw new PolicySyntaxException(
                PositionOf(exception.Start), $"This is not YAML: {exception.Message}", "Correct the syntax here or just before.");
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // The scanner gives up without a place on some unbalanced brackets.
            throw new PolicySyntaxException(
                Position, "This is not YAML: the text after this cannot be read.", "Check brackets, quotes and indentation here.");
        }
    }

    private static SourcePosition PositionOf(Mark mark) => new((int)mark.Line, (int)mark.Column);
}
