using System.Text.Json.Serialization;

namespace Gateway.Lab;

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UseStringEnumConverter = true)]
[JsonSerializable(typeof(LabRecord))]
[JsonSerializable(typeof(AgentMessage))]
internal sealed partial class LabJson : JsonSerializerContext;
