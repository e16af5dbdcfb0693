namespace Gateway.Benchmarks;

/// <summary>Cases that are measured together.</summary>
internal interface IBenchmark
{
    /// <summary>Names of the cases, without hook and family, that it may report.</summary>
    IReadOnlyList<string> Ids { get; }

    /// <summary>Measures.</summary>
    /// <param name="run">What is wanted, and where results go.</param>
    Task RunAsync(BenchmarkRun run);
}
