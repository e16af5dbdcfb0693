namespace Gateway.Experiments;

/// <summary>One experiment on real hosts around a real gateway.</summary>
public interface IExperiment
{
    /// <summary>Its name in the report and for <c>--only</c>.</summary>
    string Name { get; }

    /// <summary>Runs it.</summary>
    /// <param name="progress">Takes a line for each step.</param>
    Task<ExperimentResult> RunAsync(Action<string> progress);
}
