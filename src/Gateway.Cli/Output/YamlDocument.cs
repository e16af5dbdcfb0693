using System.Globalization;
using System.Text.Json;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Gateway.Cli;

/// <summary>JSON as a YAML document: the same names and values.</summary>
internal static class YamlDocument
{
    /// <summary>Writes "---" and the document.</summary>
    internal static string Of(string json)
    {
        using var document = JsonDocument.Parse(json);
        StringWriter text = new(CultureInfo.InvariantCulture) { NewLine = "\n" };
        Emitter emitter = new(text, EmitterSettings.Default.WithBestWidth(int.MaxValue));
        emitter.Emit(new StreamStart());
        emitter.Emit(new DocumentStart(null, null, isImplicit: false));
        Write(document.RootElement, emitter);
        emitter.Emit(new DocumentEnd(isImplicit: true));
        emitter.Emit(new StreamEnd());
        return text.ToString();
    }

    private static void Write(JsonElement element, Emitter emitter)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                emitter.Emit(new MappingStart(AnchorName.Empty, TagName.Empty, true, MappingStyle.Block));
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    emitter.Emit(new Scalar(property.Name));
                    Write(property.Value, emitter);
                }

                emitter.Emit(new MappingEnd());
                break;
            case JsonValueKind.Array:
                emitter.Emit(new SequenceStart(
                    AnchorName.Empty, TagName.Empty, true, element.GetArrayLength() == 0 ? SequenceStyle.Flow : SequenceStyle.Block));
                foreach (JsonElement item in element.EnumerateArray())
                {
                    Write(item, emitter);
                }

                emitter.Emit(new SequenceEnd());
                break;
            case JsonValueKind.String:
                // Quoted, so that "on", "1e3" and 64-bit numbers stay texts as they are in JSON.
                string value = element.GetString()!;
                emitter.Emit(new Scalar(
                    AnchorName.Empty, TagName.Empty, value, value.Contains('\n', StringComparison.Ordinal) ? ScalarStyle.Literal : ScalarStyle.DoubleQuoted, true, true));
                break;
            default:
                emitter.Emit(new Scalar(element.GetRawText()));
                break;
        }
    }
}
