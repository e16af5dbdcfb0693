using System.Globalization;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Selectors and actors on one line, as a policy file takes them.</summary>
internal static class RuleText
{
    private static readonly EmitterSettings s_oneLine = EmitterSettings.Default.WithBestWidth(int.MaxValue);

    public static string Of(Selector selector) => Write(output => new SelectorWriter(output).Write(selector));

    public static string Of(Actor actor) => Write(output => new ActorWriter(output).Write(actor));

    /// <summary>Everything inside a flow sequence is in flow style; its brackets are taken off.</summary>
    private static string Write(Action<YamlOutput> write)
    {
        var text = new StringWriter(CultureInfo.InvariantCulture) { NewLine = "\n" };
        var emitter = new Emitter(text, s_oneLine);
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: true));
        emitter.Emit(new SequenceStart(AnchorName.Empty, TagName.Empty, true, SequenceStyle.Flow));
        write(new YamlOutput(emitter));
        emitter.Emit(new SequenceEnd());
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString().Trim()[1..^1];
    }
}
