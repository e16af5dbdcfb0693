using System.Buffers;
using System.Globalization;
using System.Text.Json;
using Google.Protobuf;

namespace Gateway.Daemon.Auditing;

/// <summary>One line of the audit log: a JSON object. What is null or 0 is left out.</summary>
internal sealed record AuditEntry(DateTimeOffset Time, string Event)
{
    /// <summary>Ties the begin of a call to its end.</summary>
    public string? Call { get; init; }

    public string? Method { get; init; }

    public string? Caller { get; init; }

    public string? Role { get; init; }

    /// <summary>Who called, as the transport knows.</summary>
    public string? Peer { get; init; }

    public IMessage? Request { get; init; }

    /// <summary>Name of the gRPC status.</summary>
    public string? Status { get; init; }

    public string? Reason { get; init; }

    public string? Detail { get; init; }

    /// <summary>Refusals like this one that were not written, because there were too many.</summary>
    public long Unwritten { get; init; }

    /// <summary>Entries before this one that could not be stored.</summary>
    public long Lost { get; init; }

    /// <summary>The line, with its line feed.</summary>
    public byte[] ToLine()
    {
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("time", Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture));
            Write(json, "event", Event);
            Write(json, "call", Call);
            Write(json, "method", Method);
            Write(json, "caller", Caller);
            Write(json, "role", Role);
            Write(json, "peer", Peer);
            if (Request is not null)
            {
                json.WritePropertyName("request");
                RequestText.Write(json, Request);
            }

            Write(json, "status", Status);
            Write(json, "reason", Reason);
            Write(json, "detail", Detail);
            Write(json, "unwritten", Unwritten);
            Write(json, "lost", Lost);
            json.WriteEndObject();
        }

        buffer.Write("\n"u8);
        return buffer.WrittenSpan.ToArray();
    }

    private static void Write(Utf8JsonWriter json, string name, string? value)
    {
        if (!string.IsNullOrEmpty(value))
        {
            json.WriteString(name, value);
        }
    }

    private static void Write(Utf8JsonWriter json, string name, long value)
    {
        if (value != 0)
        {
            json.WriteNumber(name, value);
        }
    }
}
