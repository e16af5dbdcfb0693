using System.Text.Json;

namespace Gateway.Kernels;

/// <summary>Writes findings, one JSON object a line.</summary>
internal static class Report
{
    /// <summary>Writes one finding.</summary>
    /// <param name="kind">feature, load, refuse, test or tests.</param>
    /// <param name="name">What was looked at.</param>
    /// <param name="ok">Whether it is as it should be.</param>
    /// <param name="text">What was seen.</param>
    internal static void Write(string kind, string name, bool ok, string? text = null)
    {
        Console.WriteLine(JsonSerializer.Serialize(new { kind, name, ok, text }));
        Console.Out.Flush();
    }

    /// <summary>The start of a text, where an exception says what is wrong.</summary>
    internal static string Start(string text) => text.Length <= 1500 ? text : text[..1500];

    /// <summary>The end of a text, where a verifier says what is wrong.</summary>
    internal static string End(string text) => text.Length <= 1500 ? text : text[^1500..];
}
