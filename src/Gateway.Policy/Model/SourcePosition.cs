namespace Gateway.Policy;

/// <summary>
/// Where something stands in the policy text. All positions are equal to each other, so that records
/// that carry one are compared by what they say and not by where they say it.
/// </summary>
/// <param name="line">Line, from 1; 0 when there is no text.</param>
/// <param name="column">Column, from 1; 0 when there is no text.</param>
public readonly struct SourcePosition(int line, int column) : IEquatable<SourcePosition>
{
    /// <summary>Line, from 1; 0 when there is no text.</summary>
    public int Line { get; } = line;

    /// <summary>Column, from 1; 0 when there is no text.</summary>
    public int Column { get; } = column;

    /// <summary>Always true.</summary>
    public static bool operator ==(SourcePosition left, SourcePosition right) => true;

    /// <summary>Always false.</summary>
    public static bool operator !=(SourcePosition left, SourcePosition right) => false;

    /// <summary>Always true.</summary>
    public bool Equals(SourcePosition other) => true;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is SourcePosition;

    /// <inheritdoc/>
    public override int GetHashCode() => 0;

    /// <summary>"line:column".</summary>
    public override string ToString() => $"{Line}:{Column}";
}
