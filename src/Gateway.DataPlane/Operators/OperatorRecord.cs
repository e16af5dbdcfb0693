using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.DataPlane;

/// <summary>What the pins keep of an operator, so that it can be linked again: UTF-8 JSON in a map.</summary>
internal sealed record OperatorRecord(OperatorInfo Info, byte[] Elf)
{
    internal void Pin(string path) =>
        BlobMap.Pin(path, "gw_operator", JsonSerializer.SerializeToUtf8Bytes(this, OperatorRecordJson.Default.OperatorRecord));

    /// <summary>Reads a record back.</summary>
    /// <exception cref="InvalidDataException">The map holds something else.</exception>
    internal static OperatorRecord Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(BlobMap.Read(path), OperatorRecordJson.Default.OperatorRecord)
                ?? throw new InvalidDataException($"The pin {path} holds no operator.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"The pin {path} holds no operator ({failure.Message}).", failure);
        }
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(OperatorRecord))]
internal sealed partial class OperatorRecordJson : JsonSerializerContext;
