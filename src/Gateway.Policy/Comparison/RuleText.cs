using System.Text;

namespace Gateway.Policy;

/// <summary>Selectors and actors on one line, as a policy file takes them.</summary>
internal static class RuleText
{
    public static string Of(Selector selector) => Write(output => new SelectorWriter(output).Write(selector));

    public static string Of(Actor actor) => Write(output => new ActorWriter(output).Write(actor));

    private static string Write(Action<YamlOutput> write)
    {
        var text = new StringBuilder();
        write(new YamlOutput(text, oneLine: true));
        return text.ToString();
    }
}
