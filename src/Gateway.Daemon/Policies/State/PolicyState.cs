namespace Gateway.Daemon.Policies;

/// <summary>Everything that is remembered of policies except their texts. Changes are new states.</summary>
/// <param name="LastRevision">The highest number used.</param>
/// <param name="Running">The revision that runs; 0 = none.</param>
/// <param name="Pending">It runs on trial.</param>
/// <param name="Intent">What is about to run.</param>
/// <param name="Revisions">The history, oldest first.</param>
internal sealed record PolicyState(
    ulong LastRevision, ulong Running, PendingConfirmation? Pending, ChangeIntent? Intent, IReadOnlyList<PolicyRevision> Revisions)
{
    public static PolicyState Empty { get; } = new(0, 0, null, null, []);

    /// <summary>The revision that runs without confirmation if the present one goes.</summary>
    public ulong Confirmed => Pending?.RevertTo ?? Running;

    public PolicyRevision? Find(ulong revision) => Revisions.FirstOrDefault(r => r.Revision == revision);

    /// <summary>Adds a revision to the history.</summary>
    public PolicyState With(PolicyRevision added) =>
        this with { LastRevision = Math.Max(LastRevision, added.Revision), Revisions = [.. Revisions, added] };

    /// <summary>Says what became of a revision.</summary>
    public PolicyState With(ulong revision, RevisionFate fate) =>
        this with { Revisions = [.. Revisions.Select(r => r.Revision == revision ? r with { Fate = fate } : r)] };

    /// <summary>Something is about to run.</summary>
    public PolicyState Begin(ulong target, PendingConfirmation? pending = null, bool reverts = false) =>
        this with { Intent = new ChangeIntent(target, pending, reverts) };

    /// <summary>What was about to run does.</summary>
    public PolicyState Complete()
    {
        if (Intent is not { } intent)
        {
            return this;
        }

        PolicyState reverted = intent.Reverts ? With(Running, RevisionFate.Reverted) : this;
        return reverted.With(intent.Target, RevisionFate.Ran) with { Running = intent.Target, Pending = intent.Pending, Intent = null };
    }

    /// <summary>What was about to run does not.</summary>
    public PolicyState Abandon() => this with
    {
        Intent = null,
        Revisions = [.. Revisions.Where(r => r.Fate != RevisionFate.Prepared)],
    };

    /// <summary>Forgets the oldest revisions that neither run nor may run again by themselves.</summary>
    public PolicyState Prune(int keep)
    {
        int excess = Revisions.Count - keep;
        return excess <= 0 ? this : this with
        {
            Revisions = [.. Revisions.Where(r => IsNeeded(r.Revision) || excess-- <= 0)],
        };
    }

    private bool IsNeeded(ulong revision) =>
        revision == Running || revision == Intent?.Target || revision == Pending?.RevertTo || revision == Intent?.Pending?.RevertTo;
}
