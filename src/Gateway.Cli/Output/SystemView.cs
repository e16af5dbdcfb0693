using Gateway.V1;

namespace Gateway.Cli;

/// <summary>The daemon for people.</summary>
internal static class SystemView
{
    internal static void Status(StatusResponse status, Page page)
    {
        page.Fields(
            ("Version", $"{status.Version} (ABI {Words.Number(status.AbiVersion)})"),
            ("Process", Words.Number(status.ProcessId)),
            ("Started", Words.Time(status.StartedUnixNanos)),
            ("Re-adopted", Words.YesNo(status.Readopted)),
            ("Policy", status.Policy is { } policy ? PolicyView.Identity(policy) : "none"),
            ("Ports", Words.Number(status.Ports)),
            ("Connections", Words.Number(status.Connections)),
            ("Pins", status.PinPath),
            ("Kernel", status.Kernel),
            ("You", status.Caller.Length == 0 ? "-" : $"{status.Caller}, {status.Role}"));
        page.Line("");
        DataTable features = new("FEATURE", "AVAILABLE", "EFFECT");
        foreach (Feature feature in status.Features)
        {
            features.Add(feature.Name, feature.Available ? Cell.Good("yes") : Cell.Bad("no"), feature.Effect);
        }

        page.Table(features, "No features reported.");
        page.Line("");
        DataTable programs = new("PROGRAM", Column.Number("ID"), "TAG", Column.Number("VERIFIED INSNS"), Column.Number("JITED BYTES"));
        foreach (V1.Program program in status.Programs)
        {
            programs.Add(program.Name, program.Id, program.Tag, program.VerifiedInstructions, program.JitedBytes);
        }

        page.Table(programs, "No programs are loaded.");
        if (status.Refusals.Any(refusal => refusal.Count > 0))
        {
            page.Line("");
            DataTable refusals = new("REFUSED", Column.Number("COUNT"));
            foreach (RefusalCount refusal in status.Refusals.Where(refusal => refusal.Count > 0))
            {
                refusals.Add(refusal.Reason, refusal.Count);
            }

            page.Table(refusals, "");
        }
    }

    internal static void CleanedUp(CleanUpResponse response, Page page)
    {
        foreach (string removed in response.Removed)
        {
            page.Line($"removed {removed}");
        }

        page.Line("nothing of the gateway is left in the kernel; the daemon ends");
    }
}
