namespace Gateway.Experiments;

/// <summary>All experiments, in the order they run.</summary>
public static class ExperimentCatalog
{
    /// <summary>Every experiment.</summary>
    public static IReadOnlyList<IExperiment> All { get; } = [new MultiTenantExperiment(), new PathManagementExperiment(), new FctOverheadExperiment(), new RateLimitExperiment(), new RateShareExperiment()];
}
