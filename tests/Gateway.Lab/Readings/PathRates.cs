namespace Gateway.Lab;

/// <summary>What both paths delivered between two readings, headers included.</summary>
/// <param name="Seconds">Time between them.</param>
/// <param name="ToServer">Bytes on paths 1 and 2 toward the server.</param>
/// <param name="ToClient">Bytes on paths 1 and 2 toward the client.</param>
public sealed record PathRates(double Seconds, IReadOnlyList<long> ToServer, IReadOnlyList<long> ToClient)
{
    /// <summary>Bytes delivered by a path (1 or 2) in a direction.</summary>
    public long Bytes(int path, Direction direction) => (direction == Direction.Upload ? ToServer : ToClient)[path - 1];

    /// <summary>Rate of a path (1 or 2) in a direction in Mbit/s.</summary>
    public double Mbps(int path, Direction direction) => Bytes(path, direction) * 8 / Seconds / 1e6;

    /// <summary>The part of a direction's bytes that a path carried, 0 to 1.</summary>
    public double Share(int path, Direction direction) =>
        (double)Bytes(path, direction) / Math.Max(1, Bytes(1, direction) + Bytes(2, direction));
}
