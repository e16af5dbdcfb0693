namespace Gateway.Daemon.Policies;

/// <summary>What a revision is remembered with.</summary>
/// <param name="Author">Who brings it.</param>
/// <param name="Peer">Who calls, as the transport knows.</param>
/// <param name="Comment">Why.</param>
/// <param name="Origin">How it comes.</param>
/// <param name="From">The revision it repeats; 0 = none.</param>
internal sealed record RevisionDraft(string Author, string Peer, string Comment, RevisionOrigin Origin = RevisionOrigin.Applied, ulong From = 0);
