using System.Text.Json.Nodes;

namespace Gateway.Experiments;

/// <summary>What an experiment measured.</summary>
/// <param name="Name">The experiment.</param>
/// <param name="Sentence">What was compared, in one sentence.</param>
/// <param name="Rows">A table for people: what, and the measured value with its unit.</param>
/// <param name="Figures">The figures for machines.</param>
/// <param name="Plots">Plots to write.</param>
public sealed record ExperimentResult(
    string Name,
    string Sentence,
    IReadOnlyList<(string What, string Value)> Rows,
    JsonObject Figures,
    IReadOnlyList<BarPlot> Plots);
