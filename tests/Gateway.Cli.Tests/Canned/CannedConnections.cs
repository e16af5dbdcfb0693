using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Cli.Tests;

/// <summary>Two connections, one of them closed; a watch that reports and then waits, or ends, or breaks.</summary>
internal sealed class CannedConnections : ConnectionServiceBase
{
    public static Connection Established => new()
    {
        Id = "0a0b0c0d:01020304",
        ClientToken = 0x0a0b0c0d,
        ServerToken = 0x01020304,
        Version = 1,
        State = ConnectionState.Established,
        LastSeenUnixNanos = 1_700_000_000_123_456_789,
        Subflows =
        {
            new Subflow
            {
                Ordinal = 2, ClientAddress = "2001:db8::1", ClientPort = 50000, ServerAddress = "2001:db8::2", ServerPort = 443,
                State = SubflowState.Handshake, ServerBackup = true,
            },
            new Subflow
            {
                Ordinal = 1, ClientAddress = "10.0.1.1", ClientPort = 40000, ServerAddress = "10.0.2.1", ServerPort = 443,
                State = SubflowState.Established, Initial = true, RttNanos = 12_345_678, IngressNic = "wan0",
                Original = new SubflowCounters { Packets = 10, Bytes = 1000, Retransmissions = 2 },
                Reply = new SubflowCounters { Packets = 2000, Bytes = 3000000, Retransmissions = 1 },
            },
        },
    };

    public static Connection Closed => new() { Id = "aaaaaaaa:bbbbbbbb", State = ConnectionState.Closed };

    /// <summary>What follows the updates; null leaves the stream open until it is cancelled.</summary>
    public Func<Task>? AfterUpdates { get; set; }

    public TaskCompletionSource WatchCancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override Task<ListConnectionsResponse> List(ListConnectionsRequest request, ServerCallContext context) =>
        Task.FromResult(new ListConnectionsResponse { Connections = { request.IncludeClosed ? [Established, Closed] : [Established] } });

    public override async Task Watch(WatchConnectionsRequest request, IServerStreamWriter<ConnectionUpdate> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new ConnectionUpdate { Kind = ConnectionUpdate.Types.Kind.Present, Connection = Established });
        await responseStream.WriteAsync(new ConnectionUpdate { Kind = ConnectionUpdate.Types.Kind.Closed, Connection = Closed });
        if (AfterUpdates is { } after)
        {
            await after();
            return;
        }

        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            WatchCancelled.SetResult();
        }
    }

    public override Task<LedgerResponse> Ledger(LedgerRequest request, ServerCallContext context) => Task.FromResult(new LedgerResponse
    {
        Entries =
        {
            new LedgerEntry
            {
                ClientPrefix = "10.0.1.0/24", ClientNic = "lan0", ServerPrefix = "192.0.2.0/24", ServerNic = "wan0", Offered = 9, Accepted = 9, JoinsOffered = 5,
                JoinsEstablished = 4, JoinsRefused = 1, Verdict = LedgerEntry.Types.Verdict.Works,
            },
            new LedgerEntry
            {
                ClientPrefix = "10.0.1.0/24", ClientNic = "lan0", ServerPrefix = $"{request.Address}/32", ServerNic = "wan1", Offered = 3, AnsweredWithout = 3,
                Verdict = LedgerEntry.Types.Verdict.ServerSide,
            },
        },
        Evicted = 7,
        EventsLost = 1,
    });
}
