using System.Globalization;
using System.Text;
using Spectre.Console;

namespace Gateway.Benchmarks.Results;

/// <summary>The report for people: a Markdown table, as the README takes it.</summary>
internal static class ReportTable
{
    private static readonly string[] s_columns = ["case", "value", "floor", "ratio", "target", "min", "max"];

    internal static void Print(IAnsiConsole console, BenchmarkReport report)
    {
        Table table = new Table().Border(TableBorder.Markdown).AddColumns(s_columns);
        foreach (CaseResult result in report.Cases)
        {
            table.AddRow(Row(result));
        }

        console.Write(table);
        foreach (ProgramFacts program in report.Programs)
        {
            console.WriteLine($"{program.Name}: {program.VerifiedInstructions} of {program.Budget} instructions verified, {program.JitedBytes} bytes of machine code");
        }
    }

    /// <summary>Writes the cases that have a target, the date and the machine as Markdown.</summary>
    internal static void WriteMarkdown(string path, BenchmarkReport report)
    {
        MachineFacts machine = report.Machine;
        var text = new StringBuilder()
            .Append(CultureInfo.InvariantCulture, $"{machine.Date}, {machine.Processor}, {machine.Processors} CPUs, kernel {machine.Kernel.Split(' ')[0]}, load before {machine.LoadBefore:0.0}:\n\n")
            .Append("| ").AppendJoin(" | ", s_columns).Append(" |\n|");
        foreach (string _ in s_columns)
        {
            text.Append("---|");
        }

        text.Append('\n');
        foreach (CaseResult result in report.Cases.Where(c => c.Target is not null))
        {
            text.Append("| ").AppendJoin(" | ", Row(result)).Append(" |\n");
        }

        File.WriteAllText(path, text.ToString());
    }

    private static string[] Row(CaseResult result) =>
    [
        result.Name,
        $"{Number(result.Value)} {result.Unit}",
        result.Floor == 0 ? "" : $"{Number(result.Floor)} {result.Unit}",
        result.Floor == 0 ? "" : $"{Number(result.Ratio)}{(result.Relation == "times" ? " x" : "")}",
        result.Target is { } target
            ? $"{target.Of} {(target.AtLeast ? "at least" : "at most")} {Number(target.Limit)}{(target.IsMet(result) ? "" : ", missed")}" : "",
        Number(result.Min),
        Number(result.Max),
    ];

    private static string Number(double value) =>
        value.ToString(Math.Abs(value) switch { 0 => "0", < 0.01 => "0.####", < 100 => "0.00", < 10_000 => "0.0", _ => "0" }, CultureInfo.InvariantCulture);
}
