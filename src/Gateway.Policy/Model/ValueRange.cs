using System.Globalization;

namespace Gateway.Policy;

/// <summary>Numbers <paramref name="First"/> to <paramref name="Last"/>, both included.</summary>
/// <param name="First">The lowest number.</param>
/// <param name="Last">The highest number; <see cref="ulong.MaxValue"/> for no end.</param>
public readonly record struct ValueRange(ulong First, ulong Last)
{
    /// <summary>The range of one number.</summary>
    public ValueRange(ulong value)
        : this(value, value)
    {
    }

    /// <summary>Whether the number lies in the range.</summary>
    public bool Contains(ulong value) => value >= First && value <= Last;

    /// <summary>"5", "2-8" or "2-".</summary>
    public override string ToString() => ToString("");

    /// <summary>The same with a unit behind each number: "10ms-20ms".</summary>
    public string ToString(string unit) =>
        First == Last ? string.Create(CultureInfo.InvariantCulture, $"{First}{unit}")
        : Last == ulong.MaxValue ? string.Create(CultureInfo.InvariantCulture, $"{First}{unit}-")
        : string.Create(CultureInfo.InvariantCulture, $"{First}{unit}-{Last}{unit}");
}
