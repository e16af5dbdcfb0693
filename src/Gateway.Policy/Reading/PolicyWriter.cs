using System.Globalization;
using System.Text;

namespace Gateway.Policy;

/// <summary>Writes the canonical YAML of a policy; reading it gives an equal document.</summary>
public static class PolicyWriter
{
    /// <summary>Writes the policy as text.</summary>
    public static string Write(PolicyDocument document)
    {
        var text = new StringBuilder();
        var output = new YamlOutput(text);
        output.Begin();
        output.Pair("version", "1");
        output.Pair("name", document.Name);
        output.List("chains", document.Chains, chain => Write(chain, output));
        output.End();
        return text.Append('\n').ToString();
    }

    private static void Write(Chain chain, YamlOutput output)
    {
        output.Begin();
        output.Pair("name", chain.Name);
        output.Pair("priority", chain.Priority.ToString(CultureInfo.InvariantCulture));
        output.Words("hooks", HookNames(chain.Hooks));
        if (chain.Ports.Count > 0)
        {
            output.Words("ports", chain.Ports);
        }

        if (chain.Select is not null)
        {
            output.Word("select");
            new SelectorWriter(output).Write(chain.Select);
        }

        output.List("actors", chain.Actors, new ActorWriter(output).Write);
        output.End();
    }

    private static IEnumerable<string> HookNames(Hooks hooks)
    {
        if (hooks.HasFlag(Hooks.Ingress))
        {
            yield return "ingress";
        }

        if (hooks.HasFlag(Hooks.Egress))
        {
            yield return "egress";
        }
    }
}
