using System.Collections.Concurrent;

namespace Gateway.Lab;

/// <summary>Collects what both ends of all connections of a lab report.</summary>
internal sealed class TransferBoard
{
    private readonly ConcurrentDictionary<ulong, long> _progress = new();
    private readonly ConcurrentDictionary<ulong, AgentMessage> _sent = new();
    private readonly ConcurrentDictionary<ulong, AgentMessage> _received = new();
    private readonly ConcurrentDictionary<ulong, AgentMessage> _pinged = new();

    public void Add(string line)
    {
        if (AgentMessage.Parse(line) is not { } message)
        {
            return;
        }

        switch (message.Kind)
        {
            case AgentMessageKind.Sample:
                _progress[message.Id] = message.Bytes;
                break;
            case AgentMessageKind.Received:
                _progress[message.Id] = message.Bytes;
                _received[message.Id] = message;
                break;
            case AgentMessageKind.Sent:
                _sent[message.Id] = message;
                break;
            case AgentMessageKind.Pinged:
                _pinged[message.Id] = message;
                break;
            default:
                break;
        }
    }

    public long Progress(ulong id) => _progress.GetValueOrDefault(id);

    public bool Ended(ulong id) => _sent.ContainsKey(id) && _received.ContainsKey(id);

    public AgentMessage? Pinged(ulong id) => _pinged.GetValueOrDefault(id);

    public TransferResult Result(IEnumerable<ulong> ids, TransferSpec spec, bool stopped)
    {
        ulong[] all = [.. ids];
        AgentMessage[] ends = [.. all.Select(id => _received.GetValueOrDefault(id)).OfType<AgentMessage>().Where(m => m.Bytes > 0)];
        return new TransferResult
        {
            Connections = [.. all.Select(id => Connection(id, spec, stopped))],
            Seconds = ends.Length > 0 ? ends.Max(m => m.Now) - ends.Min(m => m.Start) : 0,
        };
    }

    private ConnectionResult Connection(ulong id, TransferSpec spec, bool stopped)
    {
        AgentMessage? sent = _sent.GetValueOrDefault(id), received = _received.GetValueOrDefault(id);
        bool upload = spec.Direction == Direction.Upload;
        bool completed = sent is { Error: null } && received is { Error: null };
        bool whole = sent?.Bytes == received?.Bytes && (stopped || spec.Duration is not null || spec.Bytes is null || sent?.Bytes == spec.Bytes);
        string[] errors = [.. new[] { sent?.Error, received?.Error }.OfType<string>()];
        return new ConnectionResult
        {
            BytesSent = sent?.Bytes ?? 0,
            BytesReceived = received?.Bytes ?? Progress(id),
            Completed = completed,
            ContentOk = completed && whole && sent!.Sha256 == received!.Sha256,
            Error = errors.Length > 0 ? string.Join("; ", errors)
                : completed ? null
                : $"no report from {(sent is null ? "the sender" : "")}{(sent is null && received is null ? " and " : "")}{(received is null ? "the receiver" : "")}",
            Client = upload ? sent?.Mptcp : received?.Mptcp,
            Server = upload ? received?.Mptcp : sent?.Mptcp,
        };
    }
}
