using System.Collections.Concurrent;
using System.Globalization;
using System.Net;

namespace Gateway.Lab;

/// <summary>Times flows (downloads, one after the other) inside one client process.</summary>
public sealed class FlowTimer : IAsyncDisposable
{
    private readonly LabProcess _process;
    private readonly ConcurrentQueue<AgentMessage> _timed = new();
    private readonly SemaphoreSlim _arrived = new(0);

    internal FlowTimer(NetworkNamespace from, IPEndPoint to) => _process = Agent.Start(from, ["flows", "--to", to.ToString()], Add);

    /// <summary>Downloads so many bytes over a connection of its own.</summary>
    /// <param name="bytes">Payload.</param>
    /// <param name="mptcp">Whether the client opens an MPTCP socket.</param>
    /// <exception cref="InvalidOperationException">The flow did not complete.</exception>
    /// <exception cref="TimeoutException">It took more than a minute.</exception>
    public async Task<FlowTime> MeasureAsync(long bytes, bool mptcp)
    {
        await _process.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"{(mptcp ? "mptcp" : "tcp")} {bytes}")).ConfigureAwait(false);
        if (!await _arrived.WaitAsync(TimeSpan.FromMinutes(1)).ConfigureAwait(false) || !_timed.TryDequeue(out AgentMessage? timed))
        {
            throw new TimeoutException($"A flow of {bytes} bytes did not end within a minute.\n{_process.Transcript()}");
        }

        return timed is { Error: null, Milliseconds: { } milliseconds, Mptcp: { } view }
            ? new FlowTime(milliseconds, view)
            : throw new InvalidOperationException(timed.Error);
    }

    /// <summary>Ends the client.</summary>
    public async ValueTask DisposeAsync()
    {
        await _process.KillAsync().ConfigureAwait(false);
        await _process.DisposeAsync().ConfigureAwait(false);
        _arrived.Dispose();
    }

    private void Add(string line)
    {
        if (AgentMessage.Parse(line) is { Kind: AgentMessageKind.Timed } message)
        {
            _timed.Enqueue(message);
            _arrived.Release();
        }
    }
}
