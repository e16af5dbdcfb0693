using System.Diagnostics;
using System.Text.Json;

namespace Gateway.Lab;

internal enum AgentMessageKind
{
    Listening,
    Sample,
    Sent,
    Received,
    Pinged,
    Timed,
}

/// <summary>One line of JSON from <c>gateway-lab serve</c> or <c>send</c> to the lab. Clocks are CLOCK_MONOTONIC, shared by all of them.</summary>
internal sealed record AgentMessage(AgentMessageKind Kind)
{
    private static readonly Lock Output = new();

    public ulong Id { get; init; }

    public long Bytes { get; init; }

    public double Start { get; init; }

    public double Now { get; init; } = Clock;

    public string? Sha256 { get; init; }

    public string? Error { get; init; }

    public MptcpInfo? Mptcp { get; init; }

    public IReadOnlyList<double>? RoundTripsMs { get; init; }

    public double? Milliseconds { get; init; }

    /// <summary>CLOCK_MONOTONIC in seconds.</summary>
    public static double Clock => Stopwatch.GetTimestamp() / (double)Stopwatch.Frequency;

    public static AgentMessage? Parse(string line) =>
        line.StartsWith('{') ? JsonSerializer.Deserialize(line, LabJson.Default.AgentMessage) : null;

    public void Write()
    {
        string line = JsonSerializer.Serialize(this, LabJson.Default.AgentMessage);
        lock (Output)
        {
            Console.Out.WriteLine(line);
        }
    }
}
