using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>Writes the text of a policy on another thread, while it is checked and compiled: with a million rules either takes most of a second.</summary>
internal sealed class RevisionTextWriter
{
    private Task<RevisionText>? _text;

    /// <summary>Begins to write.</summary>
    public void Begin(PolicyDocument document) => _text = Task.Run(() => RevisionText.Of(document));

    /// <summary>Waits for the text.</summary>
    /// <exception cref="InvalidOperationException">It was not begun.</exception>
    public RevisionText End() => _text?.GetAwaiter().GetResult() ?? throw new InvalidOperationException("The text was not begun.");
}
