using System.Net;

namespace Gateway.Lab;

/// <summary>A transfer from or to the server: so many bytes, or for so long, over parallel connections.</summary>
public sealed record TransferSpec
{
    /// <summary>Which way.</summary>
    public Direction Direction { get; init; } = Direction.Download;

    /// <summary>Bytes per connection; null sends until <see cref="Duration"/> has passed or the transfer is stopped.</summary>
    public long? Bytes { get; init; }

    /// <summary>How long to send; null sends until <see cref="Bytes"/> are sent or the transfer is stopped.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Parallel connections.</summary>
    public int Connections { get; init; } = 1;

    /// <summary>Whether the client opens MPTCP sockets. The server always listens with them.</summary>
    public bool Mptcp { get; init; } = true;

    /// <summary>Whether both ends hash the content (SHA-256). Without it the sender repeats one block, for benchmarks.</summary>
    public bool Verify { get; init; } = true;

    /// <summary>The server's address; null takes that of path 1 in the lab's family.</summary>
    public IPAddress? To { get; init; }

    /// <summary>The host that opens the connections; null takes the lab's client.</summary>
    public NetworkNamespace? From { get; init; }

    /// <summary>After this time beyond <see cref="Duration"/>, connections that have not completed count as lost.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Client to server, <paramref name="bytes"/> per connection.</summary>
    public static TransferSpec Upload(long bytes) => new() { Direction = Direction.Upload, Bytes = bytes };

    /// <summary>Server to client, <paramref name="bytes"/> per connection.</summary>
    public static TransferSpec Download(long bytes) => new() { Direction = Direction.Download, Bytes = bytes };

    /// <summary>Client to server for a time.</summary>
    public static TransferSpec UploadFor(TimeSpan duration) => new() { Direction = Direction.Upload, Duration = duration };

    /// <summary>Server to client for a time.</summary>
    public static TransferSpec DownloadFor(TimeSpan duration) => new() { Direction = Direction.Download, Duration = duration };
}
