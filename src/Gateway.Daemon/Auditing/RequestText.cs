using System.Collections;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gateway.Daemon.Auditing;

/// <summary>
/// What a request asks for, as JSON with the names of the proto files: fields that are set, bytes and what is long by size and
/// SHA-256, and nothing that a name says is secret.
/// </summary>
internal static class RequestText
{
    private const int LongestText = 256;
    private const int LargestMessage = 2048;
    private const int MostElements = 32;

    private static readonly string[] s_secret = ["key", "keys", "secret", "password", "passphrase", "credential", "credentials"];

    public static void Write(Utf8JsonWriter json, IMessage message)
    {
        json.WriteStartObject();
        foreach (FieldDescriptor field in message.Descriptor.Fields.InDeclarationOrder())
        {
            object? value = field.Accessor.GetValue(message);
            if (!IsSet(field, message, value))
            {
                continue;
            }

            json.WritePropertyName(field.Name);
            if (field.Name.Split('_').Any(s_secret.Contains))
            {
                json.WriteStringValue("withheld");
            }
            else if (field.IsMap)
            {
                json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"{((ICollection)value!).Count} entries"));
            }
            else if (field.IsRepeated)
            {
                WriteList(json, field, (IList)value!);
            }
            else
            {
                WriteValue(json, field, value!);
            }
        }

        json.WriteEndObject();
    }

    private static bool IsSet(FieldDescriptor field, IMessage message, object? value) =>
        field.IsMap || field.IsRepeated ? ((ICollection)value!).Count > 0
        : field.HasPresence ? field.Accessor.HasValue(message)
        : value switch
        {
            string text => text.Length > 0,
            ByteString bytes => bytes.Length > 0,
            bool flag => flag,
            null => false,
            _ => Convert.ToDouble(value, CultureInfo.InvariantCulture) != 0,
        };

    private static void WriteList(Utf8JsonWriter json, FieldDescriptor field, IList values)
    {
        json.WriteStartArray();
        foreach (object value in values.Cast<object>().Take(MostElements))
        {
            WriteValue(json, field, value);
        }

        if (values.Count > MostElements)
        {
            json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"and {values.Count - MostElements} more"));
        }

        json.WriteEndArray();
    }

    private static void WriteValue(Utf8JsonWriter json, FieldDescriptor field, object value)
    {
        switch (value)
        {
            case IMessage message when message.CalculateSize() <= LargestMessage:
                Write(json, message);
                break;
            case IMessage message:
                WriteDigest(json, message.ToByteArray());
                break;
            case ByteString bytes:
                WriteDigest(json, bytes.Span);
                break;
            case string text when text.Length <= LongestText:
                json.WriteStringValue(text);
                break;
            case string text:
                WriteDigest(json, Encoding.UTF8.GetBytes(text));
                break;
            case bool flag:
                json.WriteBooleanValue(flag);
                break;
            case Enum:
                int number = Convert.ToInt32(value, CultureInfo.InvariantCulture);
                json.WriteStringValue(field.EnumType.FindValueByNumber(number)?.Name ?? number.ToString(CultureInfo.InvariantCulture));
                break;
            case ulong count:
                json.WriteNumberValue(count);
                break;
            case long or int or uint:
                json.WriteNumberValue(Convert.ToInt64(value, CultureInfo.InvariantCulture));
                break;
            default:
                json.WriteStringValue(Convert.ToString(value, CultureInfo.InvariantCulture));
                break;
        }
    }

    private static void WriteDigest(Utf8JsonWriter json, ReadOnlySpan<byte> bytes)
    {
        json.WriteStartObject();
        json.WriteNumber("bytes", bytes.Length);
        json.WriteString("sha256", Convert.ToHexStringLower(SHA256.HashData(bytes)));
        json.WriteEndObject();
    }
}
