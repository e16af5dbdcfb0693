using Gateway.V1;
using Severity = Gateway.V1.Finding.Types.Severity;

namespace Gateway.Cli;

/// <summary>What the doctor found, for people.</summary>
internal static class DoctorView
{
    internal static void Findings(DiagnoseResponse response, bool all, Page page)
    {
        foreach (Finding finding in response.Findings.Where(f => all || f.Severity != Severity.Ok))
        {
            page.Line($"{Mark(finding)} {finding.Area} {Words.OrDash(finding.Subject)} [{finding.Code}]: {finding.Message}");
            if (finding.RepairFailure.Length > 0)
            {
                page.Line($"         not repaired: {finding.RepairFailure}");
            }

            if (finding.Advice.Length > 0 && !finding.Repaired)
            {
                page.Line($"         {finding.Advice}");
            }
        }

        int Count(Severity severity) => response.Findings.Count(f => f.Severity == severity && !f.Repaired);
        int repaired = response.Findings.Count(f => f.Repaired);
        page.Line(
            $"{Words.Count((ulong)Count(Severity.Error), "error")}, {Words.Count((ulong)Count(Severity.Warning), "warning")}, "
            + $"{Words.Number((ulong)Count(Severity.Ok))} as they should be{(repaired > 0 ? $", {Words.Number((ulong)repaired)} repaired" : "")}");
    }

    private static string Mark(Finding finding) => finding.Repaired ? "REPAIRED" : finding.Severity switch
    {
        Severity.Error => "ERROR   ",
        Severity.Warning => "WARNING ",
        _ => "OK      ",
    };
}
