using System.Buffers;
using System.Globalization;
using System.Text;
using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>
/// Writes the pieces a policy file is made of, straight to text: a policy may have a million rules. Block mappings and lists
/// are indented by two, a list below a key by none; what stands inside a flow collection is in flow style.
/// </summary>
internal sealed class YamlOutput
{
    /// <summary>What is longer is written by way of a string.</summary>
    private const int LongestValue = 64;

    private static readonly SearchValues<char> s_plain =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._/-");

    private readonly StringBuilder _text;
    private readonly Stack<Frame> _frames = new();
    private Frame _frame;

    /// <summary>Writes to a text.</summary>
    /// <param name="text">Where to.</param>
    /// <param name="oneLine">Whether all of it is in flow style.</param>
    public YamlOutput(StringBuilder text, bool oneLine = false)
    {
        _text = text;
        _frame = new Frame { IsFlow = oneLine, IsRoot = true };
    }

    public void List<T>(string key, ValueList<T> items, Action<T> write)
    {
        Word(key);
        if (items.Count == 0)
        {
            Open(isMapping: false, MappingStyle.Flow);
        }
        else
        {
            Open(isMapping: false, MappingStyle.Block);
        }

        foreach (T item in items)
        {
            write(item);
        }

        End();
    }

    public void Words(string key, IEnumerable<string> words)
    {
        Word(key);
        Open(isMapping: false, MappingStyle.Flow);
        foreach (string word in words)
        {
            Word(word);
        }

        End();
    }

    /// <summary>The key custom with what is said of an operator.</summary>
    public void Custom(string name, ValueList<ulong> arguments)
    {
        Word("custom");
        Begin(MappingStyle.Flow);
        Pair("operator", name);
        Words("args", arguments.Select(a => a.ToString(CultureInfo.InvariantCulture)));
        End();
    }

    public void OptionalPair<T>(string key, T? value)
        where T : struct
    {
        if (value is not { } present)
        {
            return;
        }

        Word(key);
        Span<char> text = stackalloc char[LongestValue];
        // As written the cast does not box.
        if (present is ISpanFormattable && ((ISpanFormattable)present).TryFormat(text, out int length, default, CultureInfo.InvariantCulture))
        {
            Word(text[..length]);
        }
        else
        {
            Word(present.ToString());
        }
    }

    public void Pair(string key, string value)
    {
        Word(key);
        Word(value);
    }

    public void Begin(MappingStyle style = MappingStyle.Block) => Open(isMapping: true, style);

    public void End()
    {
        if (_frame.IsFlow)
        {
            _text.Append(_frame.IsMapping ? '}' : ']');
        }

        _frame = _frames.Pop();
        Done();
    }

    public void Word(ReadOnlySpan<char> word)
    {
        Place(isBlock: false);

        // Colons mean something to YAML next to brackets and ends; other texts may read as absent.
        if (word.Length > 0 && word is not "null" && char.IsAsciiLetterOrDigit(word[0]) && !word.ContainsAnyExcept(s_plain))
        {
            _text.Append(word);
        }
        else
        {
            Quote(word);
        }

        Done();
    }

    private void Open(bool isMapping, MappingStyle style)
    {
        bool isFlow = _frame.IsFlow || style == MappingStyle.Flow;
        bool inListOrRoot = !_frame.IsMapping;
        Place(isBlock: !isFlow);
        if (isFlow)
        {
            _text.Append(isMapping ? '{' : '[');
        }

        var inner = new Frame
        {
            IsMapping = isMapping,
            IsFlow = isFlow,
            Indent = _frame.IsRoot || (!isMapping && !inListOrRoot) ? _frame.Indent : _frame.Indent + 2,
            OnLine = inListOrRoot,
        };
        _frames.Push(_frame);
        _frame = inner;
    }

    /// <summary>What stands before a node.</summary>
    private void Place(bool isBlock)
    {
        if (_frame.IsRoot)
        {
            return;
        }

        if (_frame is { IsMapping: true, HasKey: true })
        {
            // A block collection begins on a line of its own.
            _text.Append(isBlock ? "" : " ");
        }
        else if (_frame.IsFlow)
        {
            _text.Append(_frame.Count > 0 ? ", " : "");
        }
        else
        {
            if (_frame.Count > 0 || !_frame.OnLine)
            {
                _text.Append('\n').Append(' ', _frame.Indent);
            }

            _text.Append(_frame.IsMapping ? "" : "- ");
        }
    }

    /// <summary>What follows a node.</summary>
    private void Done()
    {
        if (_frame is { IsMapping: true, HasKey: false })
        {
            _text.Append(':');
            _frame.HasKey = true;
            return;
        }

        _frame.HasKey = false;
        _frame.Count++;
    }

    private void Quote(ReadOnlySpan<char> word)
    {
        _text.Append('"');
        foreach (char letter in word)
        {
            _ = letter switch
            {
                '"' or '\\' => _text.Append('\\').Append(letter),
                < ' ' or (>= '\u007f' and <= '\u00a0') or '\u2028' or '\u2029' or '\ufeff' =>
                    _text.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}"),
                _ => _text.Append(letter),
            };
        }

        _text.Append('"');
    }

    /// <summary>A collection that is being written.</summary>
    private struct Frame
    {
        public bool IsRoot;
        public bool IsMapping;
        public bool IsFlow;

        /// <summary>Whether the key stands and its value is next.</summary>
        public bool HasKey;

        /// <summary>Whether the first element goes on with the line.</summary>
        public bool OnLine;

        public int Indent;
        public int Count;
    }
}
