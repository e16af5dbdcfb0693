namespace Gateway.DataPlane;

/// <summary>Something that was looked at.</summary>
/// <param name="Area">"kernel", "daemon", "port", "pins" or "policy".</param>
/// <param name="Subject">What of it: a NIC, a pin, a feature.</param>
/// <param name="Code">What kind of finding it is, the same in every version: for programs.</param>
/// <param name="Severity">How much it matters.</param>
/// <param name="Message">What was found, in a sentence.</param>
/// <param name="Advice">What to do; empty when there is nothing to do.</param>
public sealed record Finding(string Area, string Subject, string Code, FindingSeverity Severity, string Message, string Advice = "")
{
    /// <summary>Whether the gateway can put it right by itself.</summary>
    public bool Repairable { get; init; }

    /// <summary>Whether it was put right just now.</summary>
    public bool Repaired { get; init; }

    /// <summary>Why it could not be put right; empty otherwise.</summary>
    public string RepairFailure { get; init; } = "";
}
