using Gateway.Daemon.Connections;
using Gateway.Daemon.Policies;
using Gateway.Policy;

namespace Gateway.Daemon.Services;

/// <summary>What is said about policies.</summary>
internal static class PolicyMessages
{
    public static V1.AppliedPolicy Of(DataPlane.AppliedPolicy applied) => new()
    {
        Name = applied.Text.Name,
        Revision = applied.Text.Revision,
        Generation = applied.Generation,
        Compiled = Of(applied.Size),
        AppliedUnixNanos = applied.AppliedAt.UnixNanos(),
    };

    public static V1.CompiledSize Of(DataPlane.CompiledSize size) => new()
    {
        Chains = (uint)size.Chains,
        Terms = (uint)size.Terms,
        ExactRules = (uint)size.ExactRules,
        Prefixes = (uint)size.Prefixes,
    };

    /// <summary>A revision as it stands in a state.</summary>
    public static V1.PolicyRevision Of(PolicyRevision revision, PolicyState state)
    {
        PendingConfirmation? pending = revision.Revision == state.Running ? state.Pending : null;
        return new V1.PolicyRevision
        {
            Revision = revision.Revision,
            Name = revision.Name,
            Author = revision.Author,
            Peer = revision.Peer,
            Comment = revision.Comment,
            CreatedUnixNanos = revision.CreatedAt.UnixNanos(),
            Origin = revision.Origin switch
            {
                RevisionOrigin.Rollback => V1.PolicyRevision.Types.Origin.Rollback,
                RevisionOrigin.Imported => V1.PolicyRevision.Types.Origin.Imported,
                RevisionOrigin.Found => V1.PolicyRevision.Types.Origin.Found,
                _ => V1.PolicyRevision.Types.Origin.Applied,
            },
            FromRevision = revision.From,
            State = revision.Revision == state.Running
                ? (pending is null ? V1.PolicyRevision.Types.State.Running : V1.PolicyRevision.Types.State.Unconfirmed)
                : revision.Fate switch
                {
                    RevisionFate.Reverted => V1.PolicyRevision.Types.State.Reverted,
                    RevisionFate.Stored => V1.PolicyRevision.Types.State.Imported,
                    RevisionFate.Unusable => V1.PolicyRevision.Types.State.Unusable,
                    _ => V1.PolicyRevision.Types.State.Superseded,
                },
            ConfirmByUnixNanos = pending?.Deadline.UnixNanos() ?? 0,
            RevertToRevision = pending?.RevertTo ?? 0,
            Compiled = Of(revision.Size),
            TextBytes = (ulong)revision.TextBytes,
            TextSha256 = revision.TextSha256,
        };
    }

    public static V1.PolicyChange ChangeOf(
        V1.PolicyChange.Types.Kind kind, PolicyRevision? revision, PolicyState state, ulong before, DateTimeOffset time) => new()
        {
            Kind = kind,
            Revision = revision is null ? null : Of(revision, state),
            PreviousRevision = before,
            UnixNanos = time.UnixNanos(),
        };

    public static V1.PolicyError Of(PolicyError error) => new()
    {
        Path = error.Path,
        Line = (uint)error.Line,
        Column = (uint)error.Column,
        Message = error.Message,
        Hint = error.Hint,
    };
}
