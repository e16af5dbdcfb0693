using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Benchmarks.Results;

/// <summary>Everything a run found.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Programs">The packet programs that ran.</param>
/// <param name="Cases">The cases, in the order in which they ran.</param>
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

    /// <summary>Reads what an earlier run wrote.</summary>
    /// <exception cref="InvalidDataException">It is no report.</exception>
    internal static BenchmarkReport Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllText(path), ReportJson.Default.BenchmarkReport)
                ?? throw new InvalidDataException($"{path} is empty.");
        }
        catch (JsonException failure)
        {
            throw new InvalidDataException($"{path} is no report of bench.sh: {failure.Message}", failure);
        }
    }
}

/// <summary>The report's JSON.</summary>
[JsonSourceGenerationOptions(WriteIndented = true, PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(BenchmarkReport))]
internal sealed partial class ReportJson : JsonSerializerContext;
