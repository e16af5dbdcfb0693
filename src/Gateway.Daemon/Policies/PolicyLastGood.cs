using Gateway.DataPlane;
using Gateway.Policy;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Policies;

/// <summary>Finds the policy that is to run again: the one asked for, or the newest before it that can.</summary>
internal sealed partial class PolicyLastGood(KernelDataPlane dataPlane, PolicyHistory history, ILogger logger)
{
    /// <summary>Reads and compiles a revision; when it is damaged or cannot run any more, older ones that ran.</summary>
    /// <param name="revision">The revision asked for; 0 = none.</param>
    /// <returns>What can run; null when nothing can or is to. Those that cannot are marked in the history's state.</returns>
    public (PolicyRevision Revision, PolicyCandidate Candidate)? Find(ulong revision)
    {
        IEnumerable<PolicyRevision> candidates = history.State.Revisions
            .Where(r => r.Revision == revision || (r.Revision < revision && r.Fate == RevisionFate.Ran))
            .OrderByDescending(r => r.Revision)
            .ToList();
        foreach (PolicyRevision candidate in candidates)
        {
            if (TryLoad(candidate) is { } loaded)
            {
                return (candidate, loaded);
            }

            history.TryStore(history.State.With(candidate.Revision, RevisionFate.Unusable));
        }

        return null;
    }

    /// <summary>Compiles a policy for the present ports and those it names that are not attached.</summary>
    /// <param name="document">The policy.</param>
    /// <param name="environment">What it was compiled for.</param>
    /// <param name="capture">Packets to capture beside; null = none.</param>
    public PolicyLoadResult Load(PolicyDocument document, out PolicyEnvironment environment, Selector? capture = null)
    {
        environment = PolicyNics.Expecting(document, dataPlane.Environment);
        return PolicyLoader.Load(document, environment, CompilerLimits.Default, capture);
    }

    private PolicyCandidate? TryLoad(PolicyRevision revision)
    {
        string text;
        try
        {
            text = history.ReadText(revision);
        }
        catch (InvalidDataException failure)
        {
            LogDamaged(logger, revision.Name, failure.Message);
            history.PutAside(revision);
            return null;
        }

        PolicyReadResult read = PolicyReader.Read(text, PolicyReader.StoredMaxBytes);
        IReadOnlyList<PolicyError> errors = read.Errors;
        if (read.Document is { } document && errors.Count == 0)
        {
            PolicyLoadResult loaded = Load(document, out PolicyEnvironment environment);
            if (loaded.Compiled is { } compiled)
            {
                return new PolicyCandidate(document, compiled, environment);
            }

            errors = loaded.Errors;
        }

        LogUnusable(logger, revision.Name, revision.Revision, errors[0].ToString());
        return null;
    }

    [LoggerMessage(1121, LogLevel.Error, "Policy {Name} cannot run: {Why} The last good policy before it is used.")]
    private static partial void LogDamaged(ILogger logger, string name, string why);

    [LoggerMessage(1122, LogLevel.Error, "Policy {Name} revision {Revision} cannot run any more ({Error}). The last good policy before it is used.")]
    private static partial void LogUnusable(ILogger logger, string name, ulong revision, string error);
}
