using System.Diagnostics;

namespace Gateway.Policy;

/// <summary>Reads, validates and compiles in one go, and reports everything that is wrong at once.</summary>
public static class PolicyLoader
{
    /// <summary>Loads a policy file.</summary>
    /// <param name="yaml">The file.</param>
    /// <param name="environment">The gateway it is meant for.</param>
    /// <param name="limits">What it may come to.</param>
    /// <param name="maxBytes">What the file may come to.</param>
    /// <param name="begun">Called with the policy once it is read, to begin what takes as long as checking and compiling it.</param>
    public static PolicyLoadResult Load(
        string yaml, PolicyEnvironment environment, CompilerLimits limits, int maxBytes = PolicyReader.DefaultMaxBytes,
        Action<PolicyDocument>? begun = null)
    {
        long start = Stopwatch.GetTimestamp();
        ReadDocument read = DocumentReader.Read(yaml, maxBytes);
        TimeSpan reading = Stopwatch.GetElapsedTime(start);
        PolicyLoadResult loaded = Load(read, environment, limits, capture: null, begun);
        return loaded with { Times = loaded.Times with { Read = reading } };
    }

    /// <summary>Loads a policy that did not come as text; lines and columns of errors are 0.</summary>
    /// <param name="document">The policy.</param>
    /// <param name="environment">The gateway it is meant for.</param>
    /// <param name="limits">What it may come to.</param>
    /// <param name="capture">As in <see cref="PolicyCompiler.Compile"/>.</param>
    /// <param name="begun">Called before the policy is checked, to begin what takes as long.</param>
    public static PolicyLoadResult Load(
        PolicyDocument document, PolicyEnvironment environment, CompilerLimits limits, Selector? capture = null,
        Action<PolicyDocument>? begun = null) =>
        Load(new ReadDocument(document, [], new Dictionary<string, SourcePosition>()), environment, limits, capture, begun);

    private static PolicyLoadResult Load(
        ReadDocument read, PolicyEnvironment environment, CompilerLimits limits, Selector? capture, Action<PolicyDocument>? begun)
    {
        if (read is { Document: { } readable, Errors.Count: 0 })
        {
            begun?.Invoke(readable);
        }

        long start = Stopwatch.GetTimestamp();
        PolicyError[] errors = [.. read.Errors, .. PolicyValidator.Validate(read, environment)];
        var times = new LoadTimes(default, Stopwatch.GetElapsedTime(start), default);
        if (errors.Length > 0 || read.Document is null)
        {
            // In the order of the text; without text in the order found.
            return new PolicyLoadResult(null, null, [.. errors.OrderBy(e => e.Line).ThenBy(e => e.Column)]) { Times = times };
        }

        start = Stopwatch.GetTimestamp();
        CompileResult compiled = PolicyCompiler.Compile(read.Document, environment, limits, capture);
        times = times with { Compile = Stopwatch.GetElapsedTime(start) };
        return compiled.Policy is null
            ? new PolicyLoadResult(null, null, [.. compiled.Errors.Select(e => ValidationContext.Locate(read.Places, e))]) { Times = times }
            : new PolicyLoadResult(read.Document, compiled.Policy, []) { Times = times };
    }
}
