using System.Globalization;
using Spectre.Console;

namespace Gateway.Benchmarks.Results;

/// <summary>The report for people.</summary>
internal static class ReportTable
{
    internal static void Print(IAnsiConsole console, BenchmarkReport report)
    {
        Table table = new Table().Border(TableBorder.Markdown).AddColumns("case", "ns", "floor", "above floor", "target", "min", "max");
        foreach (CaseResult result in report.Cases)
        {
            table.AddRow(
                result.Name, Number(result.Value, "0.0"), Number(result.Floor, "0.0"), Number(result.Ratio, "0.00"),
                result.Target is double target ? $"{Number(target, "0.00")}{(result.Ratio <= target ? "" : " missed")}" : "",
                Number(result.Min, "0.0"), Number(result.Max, "0.0"));
        }

        console.Write(table);
        foreach (ProgramFacts program in report.Programs)
        {
            console.WriteLine($"{program.Name}: {program.VerifiedInstructions} instructions verified, {program.JitedBytes} bytes of machine code");
        }
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
