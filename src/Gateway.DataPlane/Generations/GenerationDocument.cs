using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.DataPlane;

/// <summary>
/// What is kept in the pins about a generation: its text, and which counter slot belongs to which chain and actor, so
/// that counters go on over restarts and new generations. UTF-8 JSON in a map.
/// </summary>
internal sealed record GenerationDocument(
    uint Generation, string Name, string Yaml, ulong Revision, DateTimeOffset AppliedAt, CompiledSize Size,
    IReadOnlyList<ChainSlots> Chains)
{
    internal AppliedPolicy ToApplied() => new(
        new PolicyText(Name, Yaml, Revision), Generation, AppliedAt, Size,
        [.. Chains.Select(c => new AppliedChain(c.Name, [.. c.Steps.Select(s => s.Actor)], c.Operators ?? []))]);

    internal void Pin(string path) =>
        BlobMap.Pin(path, "gw_document", JsonSerializer.SerializeToUtf8Bytes(this, GenerationJson.Default.GenerationDocument));

    /// <summary>Reads a document back.</summary>
    /// <exception cref="InvalidDataException">The map holds something else.</exception>
    internal static GenerationDocument Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(BlobMap.Read(path), GenerationJson.Default.GenerationDocument)
                ?? throw new InvalidDataException($"The pin {path} holds no policy.");
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
