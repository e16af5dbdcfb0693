using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.DataPlane;

/// <summary>What a port's pins say about it, so that a later process can take it over: UTF-8 JSON in its info map.</summary>
internal sealed record PortRecord(
    int Index,
    string Nic,
    int Ifindex,
    PortMode Mode,
    int? Peer,
    PortXdp Xdp,
    ChecksumMode Checksum,
    string? Driver,
    EgressAttachment Egress)
{
    internal void Pin(string path) => BlobMap.Pin(path, "gw_port_info", JsonSerializer.SerializeToUtf8Bytes(this, PortRecordJson.Default.PortRecord));

    /// <summary>Reads a record back.</summary>
    /// <exception cref="InvalidDataException">The map holds something else.</exception>
    internal static PortRecord Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(BlobMap.Read(path), PortRecordJson.Default.PortRecord)
                ?? throw new InvalidDataException($"The pin {path} holds no port.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"The pin {path} holds no port ({failure.Message}).", failure);
        }
    }
}

/// <summary>Serialisation without reflection.</summary>
[JsonSourceGenerationOptions(UseStringEnumConverter = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(PortRecord))]
internal sealed partial class PortRecordJson : JsonSerializerContext;
