using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.DataPlane;

/// <summary>
/// What is kept in the pins about a generation: its text, and which counter slot belongs to which chain and actor, so
/// that counters go on over restarts and new generations. In a map: one line of JSON in UTF-8, and the text behind it.
/// </summary>
internal sealed record GenerationDocument(
    uint Generation, string Name, ulong Revision, DateTimeOffset AppliedAt, CompiledSize Size, IReadOnlyList<ChainSlots> Chains)
{
    private const byte LineEnd = (byte)'\n';

    /// <summary>The policy's canonical text, UTF-8.</summary>
    [JsonIgnore]
    public ReadOnlyMemory<byte> Text { get; init; }

    /// <summary>The text where a daemon of before put it: into the JSON, which then is all there is.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Yaml { get; init; }

    internal AppliedPolicy ToApplied() => new(
        new PolicyText(Name, Text, Revision), Generation, AppliedAt, Size,
        [.. Chains.Select(c => new AppliedChain(c.Name, [.. c.Steps.Select(s => s.Actor)], c.Operators ?? []))]);

    internal void Pin(string path)
    {
        byte[] line = [.. JsonSerializer.SerializeToUtf8Bytes(this, GenerationJson.Default.GenerationDocument), LineEnd];
        BlobMap.Pin(path, "gw_document", line, Text.Span);
    }

    /// <summary>Reads a document back.</summary>
    /// <exception cref="InvalidDataException">The map holds something else.</exception>
    internal static GenerationDocument Read(string path)
    {
        try
        {
            ReadOnlyMemory<byte> content = BlobMap.Read(path);
            int end = content.Span.IndexOf(LineEnd);
            GenerationDocument document = JsonSerializer.Deserialize((end < 0 ? content : content[..end]).Span, GenerationJson.Default.GenerationDocument)
                ?? throw new InvalidDataException($"The pin {path} holds no policy.");
            return end < 0
                ? document with { Text = Encoding.UTF8.GetBytes(document.Yaml ?? ""), Yaml = null }
                : document with { Text = content[(end + 1)..], Yaml = null };
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"The pin {path} holds no policy ({failure.Message}).", failure);
        }
    }
}

/// <summary>
/// Counter slots of a chain: one in gw_chain_stats, and each actor's in gw_step_stats; and the custom operators it uses.
/// </summary>
internal sealed record ChainSlots(string Name, int Slot, IReadOnlyList<StepSlot> Steps, IReadOnlyList<string>? Operators = null);

/// <summary>The counter slot of an actor.</summary>
internal sealed record StepSlot(string Actor, int Slot);

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(GenerationDocument))]
internal sealed partial class GenerationJson : JsonSerializerContext;
