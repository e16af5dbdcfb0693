using Gateway.DataPlane;

namespace Gateway.Daemon.Policies;

/// <content>Whether the policy in the kernel and on disk are the same.</content>
internal sealed partial class PolicyControl
{
    private const string Area = "policy";

    /// <summary>Compares the policy that packets follow with what is on disk.</summary>
    public void Diagnose(Diagnosis diagnosis)
    {
        lock (_lock)
        {
            PolicyState state = _history.State;
            ulong followed = _dataPlane.Applied?.Text.Revision ?? 0;
            if (followed != state.Running)
            {
                diagnosis.Add(new Finding(
                    Area, "revision", "policy-differs", FindingSeverity.Error,
                    $"{RunningWords(followed)} runs in the kernel, and on disk {RunningWords(state.Running).ToLowerInvariant()} does.",
                    "Restart gatewayd: it brings both to the same revision. Or apply the policy that is wanted."));
            }

            if (!_history.IsOnDisk())
            {
                diagnosis.Add(
                    new Finding(
                        Area, "state", "policy-state-differs", FindingSeverity.Error, "The policy state on disk is not what this daemon wrote: the next one would not know what runs.",
                        "gatewayctl doctor --repair writes it again."),
                    () => _history.Store(_history.State));
            }

            CheckText(diagnosis, state, followed);
            if (state.Pending is { } pending)
            {
                diagnosis.Add(new Finding(
                    Area, "trial", "policy-on-trial", FindingSeverity.Warning, $"Revision {state.Running} runs on trial and gives way to {RunningWords(pending.RevertTo).ToLowerInvariant()}.",
                    $"gatewayctl policy confirm {state.Running} keeps it."));
            }
        }
    }

    private void CheckText(Diagnosis diagnosis, PolicyState state, ulong followed)
    {
        if (state.Find(followed) is not { } revision)
        {
            return;
        }

        try
        {
            _history.ReadText(revision);
            diagnosis.Add(new Finding(Area, $"revision {followed}", "policy-stored", FindingSeverity.Ok, $"Policy {revision.Name} is on disk as it runs."));
        }
        catch (InvalidDataException damaged)
        {
            diagnosis.Add(
                new Finding(
                    Area, $"revision {followed}", "policy-text-damaged", FindingSeverity.Error, damaged.Message,
                    "gatewayctl doctor --repair writes it again from what runs; the damaged one is kept."),
                () =>
                {
                    _history.PutAside(revision);
                    _history.StoreText(revision, new RevisionText(_dataPlane.Applied!.Text.Utf8));
                });
        }
    }
}
