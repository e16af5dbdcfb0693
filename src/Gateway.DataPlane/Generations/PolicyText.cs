using System.Text;

namespace Gateway.DataPlane;

/// <summary>What is remembered of a policy beside its compiled form.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Utf8">Canonical text, UTF-8; may be many megabytes.</param>
/// <param name="Revision">Grows by one with every change of the policy.</param>
public sealed record PolicyText(string Name, ReadOnlyMemory<byte> Utf8, ulong Revision)
{
    /// <summary>Takes a text that is short.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="yaml">Canonical text.</param>
    /// <param name="revision">Grows by one with every change of the policy.</param>
    public PolicyText(string name, string yaml, ulong revision)
        : this(name, Encoding.UTF8.GetBytes(yaml), revision)
    {
    }

    /// <summary>Whether all of it is the same.</summary>
    public bool Equals(PolicyText? other) =>
        other is not null && Name == other.Name && Revision == other.Revision && Utf8.Span.SequenceEqual(other.Utf8.Span);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Name, Revision, Utf8.Length);

    /// <summary>The canonical text, made anew each time.</summary>
    public string ToYaml() => Encoding.UTF8.GetString(Utf8.Span);
}
