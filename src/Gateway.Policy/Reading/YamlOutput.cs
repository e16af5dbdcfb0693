using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Writes the pieces a policy file is made of.</summary>
internal sealed class YamlOutput(IEmitter emitter)
{
    public void List<T>(string key, ValueList<T> items, Action<T> write)
    {
        Word(key);
        emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, items.Count == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
        foreach (T item in items)
        {
            write(item);
        }

        emitter.Emit(new SequenceEnd());
    }

    public void Words(string key, IEnumerable<string> words)
    {
        Word(key);
        emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, SequenceStyle.Flow));
        foreach (string word in words)
        {
            Word(word);
        }

        emitter.Emit(new SequenceEnd());
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
        if (value is { } present)
        {
            Pair(key, present.ToString()!);
        }
    }

    public void Pair(string key, string value)
    {
        Word(key);
        Word(value);
    }

    public void Begin(MappingStyle style = MappingStyle.Block) =>
        emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, style));

    public void End() => emitter.Emit(new MappingEnd());

    public void Word(string word)
    {
        // Colons mean something to YAML next to brackets and ends; other texts may read as absent.
        bool plain = word.Length > 0 && word != "null" && char.IsAsciiLetterOrDigit(word[0])
            && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '/' or '-');
        emitter.Emit(new Scalar(
            AnchorName.Empty, TagName.Empty, word, plain ? ScalarStyle.Plain : ScalarStyle.DoubleQuoted, isPlainImplicit: true, isQuotedImplicit: true));
    }
}
