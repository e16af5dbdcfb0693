using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>Collects findings, and puts right what can be when that is asked for: in the order in which it is found.</summary>
/// <param name="repair">Whether to put right what can be.</param>
public sealed class Diagnosis(bool repair)
{
    private readonly List<Finding> _findings = [];

    /// <summary>What was found so far.</summary>
    public IReadOnlyList<Finding> Findings => _findings;

    /// <summary>Notes a finding.</summary>
    /// <param name="finding">The finding.</param>
    /// <param name="cure">What puts it right; null when nothing does.</param>
    public void Add(Finding finding, Action? cure = null)
    {
        ArgumentNullException.ThrowIfNull(finding);
        if (cure is not null)
        {
            finding = finding with { Repairable = true };
            if (repair)
            {
                finding = Cure(finding, cure);
            }
        }

        _findings.Add(finding);
    }

    private static Finding Cure(Finding finding, Action cure)
    {
        try
        {
            cure();
            return finding with { Repaired = true };
        }
        catch (Exception failure) when (failure is BpfException or DataPlaneException or IOException or UnauthorizedAccessException)
        {
            return finding with { RepairFailure = failure.Message };
        }
    }
}
