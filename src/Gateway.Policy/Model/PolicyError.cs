namespace Gateway.Policy;

/// <summary>One thing that is wrong with a policy.</summary>
/// <param name="Path">
/// Where in the document, for example chains[0].select.all[1].src. Several keys in one selector mapping, and
/// a list under select, are elements of an all.
/// </param>
/// <param name="Line">Line in the text, from 1; 0 when there is no text.</param>
/// <param name="Column">Column in the text, from 1; 0 when there is no text.</param>
/// <param name="Message">What is wrong.</param>
/// <param name="Hint">What to do about it.</param>
public sealed record PolicyError(string Path, int Line, int Column, string Message, string Hint)
{
    /// <summary>"line:column: path: message hint".</summary>
    public override string ToString() => $"{Line}:{Column}: {Path}: {Message} {Hint}";
}
