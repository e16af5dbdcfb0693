using Gateway.DataPlane;

namespace Gateway.Daemon.Policies;

/// <summary>A policy of the history; its text is in a file of its own.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="Name">The policy's name.</param>
/// <param name="Author">Who brought it.</param>
/// <param name="Peer">Who called, as the transport knows.</param>
/// <param name="Comment">Why.</param>
/// <param name="CreatedAt">When.</param>
/// <param name="Origin">How it came.</param>
/// <param name="From">The revision it repeats; 0 = none.</param>
/// <param name="Fate">What became of it.</param>
/// <param name="Size">What it compiled to.</param>
/// <param name="TextBytes">Length of its text.</param>
/// <param name="TextSha256">SHA-256 of its text, lower case hexadecimal.</param>
internal sealed record PolicyRevision(
    ulong Revision, string Name, string Author, string Peer, string Comment, DateTimeOffset CreatedAt, RevisionOrigin Origin, ulong From,
    RevisionFate Fate, CompiledSize Size, long TextBytes, string TextSha256);
