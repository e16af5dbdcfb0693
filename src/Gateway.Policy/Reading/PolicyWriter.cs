using System.Buffers;
using System.Globalization;
using System.Text;

namespace Gateway.Policy;

/// <summary>Writes the canonical YAML of a policy; reading it gives an equal document.</summary>
public static class PolicyWriter
{
    /// <summary>Bytes that an encoder may ask for beyond those it writes.</summary>
    private const int Spare = 64;

    /// <summary>Writes the policy as text.</summary>
    public static string Write(PolicyDocument document) => Text(document).ToString();

    /// <summary>Writes the policy as UTF-8.</summary>
    public static ReadOnlyMemory<byte> WriteUtf8(PolicyDocument document)
    {
        StringBuilder text = Text(document);
        Encoder encoder = Encoding.UTF8.GetEncoder();

        // Nearly all of it is ASCII.
        var bytes = new ArrayBufferWriter<byte>(text.Length + Spare);
        foreach (ReadOnlyMemory<char> chunk in text.GetChunks())
        {
            encoder.Convert(chunk.Span, bytes, flush: false, out _, out _);
        }

        return bytes.WrittenMemory;
    }

    private static StringBuilder Text(PolicyDocument document)
    {
        var text = new StringBuilder();
        var output = new YamlOutput(text);
        output.Begin();
        output.Pair("version", "1");
        output.Pair("name", document.Name);
        output.List("chains", document.Chains, chain => Write(chain, output));
        output.End();
        return text.Append('\n');
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
