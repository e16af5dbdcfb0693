using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Benchmarks.Results;

/// <summary>Everything a run found.</summary>
internal sealed record BenchmarkReport(MachineFacts Machine, IReadOnlyList<ProgramFacts> Programs, IReadOnlyList<CaseResult> Cases)
{
    internal void Write(string path)
    {
        if (Path.GetDirectoryName(Path.GetFullPath(path)) is { } directory)
        {
            Directory.CreateDirectory(directory);
        }

        File.WriteAllText(path, JsonSerializer.Serialize(this, ReportJson.Default.BenchmarkReport));
    }
}

/// <summary>The report's JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchmarkReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
