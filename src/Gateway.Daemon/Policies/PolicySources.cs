using System.Diagnostics;
using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>Loads policies as requests bring them.</summary>
internal static class PolicySources
{
    /// <summary>Reads, checks and compiles a policy; reports every error at once.</summary>
    /// <param name="source">The policy; null when the request has none.</param>
    /// <param name="environment">The gateway.</param>
    /// <param name="begun">Called with the policy once it is read, to begin what takes as long as checking and compiling it.</param>
    public static PolicyLoadResult Load(
        V1.PolicySource? source, PolicyEnvironment environment, Action<PolicyDocument>? begun = null) => source?.SourceCase switch
        {
            V1.PolicySource.SourceOneofCase.Yaml => PolicyLoader.Load(source.Yaml, environment, CompilerLimits.Default, begun: begun),
            V1.PolicySource.SourceOneofCase.Policy => Load(source.Policy, environment, begun),
            _ => new PolicyLoadResult(null, null, [new PolicyError("source", 0, 0, "There is no policy.", "Set yaml or policy.")]),
        };

    private static PolicyLoadResult Load(V1.Policy message, PolicyEnvironment environment, Action<PolicyDocument>? begun)
    {
        long start = Stopwatch.GetTimestamp();
        (PolicyDocument document, IReadOnlyList<PolicyError> unreadable) = PolicyMessageReader.Read(message);
        TimeSpan reading = Stopwatch.GetElapsedTime(start);
        if (unreadable.Count == 0)
        {
            PolicyLoadResult loaded = PolicyLoader.Load(document, environment, CompilerLimits.Default, begun: begun);
            return loaded with { Times = loaded.Times with { Read = reading } };
        }

        // What follows only from a value that could not be read is no error of its own.
        IEnumerable<PolicyError> further = PolicyValidator.Validate(document, environment)
            .Where(e => !unreadable.Any(u => IsWithin(e.Path, u.Path) || IsWithin(u.Path, e.Path)));
        return new PolicyLoadResult(null, null, [.. unreadable, .. further]);
    }

    private static bool IsWithin(string path, string parent) =>
        path.StartsWith(parent, StringComparison.Ordinal) && (path.Length == parent.Length || path[parent.Length] is '.' or '[');
}
