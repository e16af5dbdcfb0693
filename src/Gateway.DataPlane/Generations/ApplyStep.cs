using System.Diagnostics;

namespace Gateway.DataPlane;

/// <summary>The steps in which a policy comes into force, in order. Each leaves the old policy or the new one, whole.</summary>
public enum ApplyStep
{
    /// <summary>The policy's text is on disk; nothing refers to it.</summary>
    StoreText,

    /// <summary>The state on disk says what is about to happen.</summary>
    StoreIntent,

    /// <summary>Tables are made and filled; no packet can reach them.</summary>
    FillTables,

    /// <summary>The tables are in a free slot of the outer maps.</summary>
    EnterSlot,

    /// <summary>The policy's document is pinned beside its tables.</summary>
    PinDocument,

    /// <summary>The one write that every packet program follows.</summary>
    Switch,

    /// <summary>The state on disk says what is in force.</summary>
    StoreCommit,
}

/// <summary>Tells listeners of each step as it begins. A listener that throws fails the step, as the kernel or the disk may.</summary>
public static class ApplySteps
{
    /// <summary>Name of the activity source; an activity is named as its step.</summary>
    public const string SourceName = "Gateway.Policy";

    private static readonly ActivitySource s_source = new(SourceName);

    /// <summary>Begins a step; dispose the answer when it is done.</summary>
    public static Activity? Begin(ApplyStep step) => s_source.StartActivity(step.ToString());
}
