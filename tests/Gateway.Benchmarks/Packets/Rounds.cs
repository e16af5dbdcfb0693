namespace Gateway.Benchmarks.Packets;

/// <summary>How long to measure.</summary>
/// <param name="Count">Rounds of floor and case.</param>
/// <param name="Repeat">Runs in a row of each.</param>
internal sealed record Rounds(int Count, int Repeat)
{
    internal static Rounds Full { get; } = new(15, 200_000);

    internal static Rounds Quick { get; } = new(3, 10_000);
}
