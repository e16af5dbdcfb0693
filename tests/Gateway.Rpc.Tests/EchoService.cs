using System.Collections.Concurrent;
using Google.Protobuf.Reflection;
using Google.Protobuf.WellKnownTypes;
using Google.Rpc;

namespace Gateway.Rpc.Tests;

internal sealed class EchoService : GrpcService
{
    private readonly ConcurrentDictionary<string, int> _cancelled = [];
    private int _waiting;

    public override ServiceDescriptor Descriptor => EchoMethods.Service;

    /// <summary>When set, a Wait call that was cancelled ends only after this.</summary>
    internal Task HoldCancelled { get; set; } = Task.CompletedTask;

    /// <summary>Wait calls that have begun.</summary>
    internal int Waiting => Volatile.Read(ref _waiting);

    internal int CancelledCalls(string name) => _cancelled.GetValueOrDefault(name);

    protected override void Bind(ServiceBinder binder) => binder
        .Add(EchoMethods.Say, Say)
        .Add(EchoMethods.Repeat, Repeat)
        .Add(EchoMethods.Join, Join)
        .Add(EchoMethods.Chat, Chat)
        .Add(EchoMethods.Wait, Wait)
        .Add(EchoMethods.WaitStream, WaitStream)
        .Add(EchoMethods.Fail, Fail)
        .Add(EchoMethods.Crash, Crash)
        .Add(EchoMethods.Inspect, Inspect)
        .Add(EchoMethods.Cancelled, Cancelled);

    private static Task<EchoReply> Say(EchoRequest request, ServerCallContext context) => Task.FromResult(Reply(request));

    private static async Task Repeat(RepeatRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        for (int i = 0; i < request.Times; i++)
        {
            await responseStream.WriteAsync(Reply(request.Message), context.CancellationToken);
        }
    }

    private static async Task<EchoReply> Join(IAsyncStreamReader<EchoRequest> requestStream, ServerCallContext context)
    {
        List<string> texts = [];
        await foreach (EchoRequest request in requestStream.ReadAllAsync(context.CancellationToken))
        {
            texts.Add(request.Text);
            if (request.Text == "stop")
            {
                throw new RpcException(new Status(StatusCode.Aborted, "stopped"));
            }
        }

        return new EchoReply { Text = string.Join(',', texts) };
    }

    private static async Task Chat(
        IAsyncStreamReader<EchoRequest> requestStream, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        while (await requestStream.MoveNext())
        {
            await responseStream.WriteAsync(Reply(requestStream.Current));
        }
    }

    private async Task<EchoReply> Wait(WaitRequest request, ServerCallContext context)
    {
        await WaitAsync(request, context);
        return new EchoReply();
    }

    private async Task WaitStream(WaitRequest request, IServerStreamWriter<EchoReply> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new EchoReply { Text = "waiting" });
        await WaitAsync(request, context);
    }

    private async Task WaitAsync(WaitRequest request, ServerCallContext context)
    {
        Interlocked.Increment(ref _waiting);
        try
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }
        catch (OperationCanceledException)
        {
            _cancelled.AddOrUpdate(request.Name, 1, static (_, count) => count + 1);
            await HoldCancelled;
            throw;
        }
    }

    private static Task<EchoReply> Fail(EchoRequest request, ServerCallContext context)
    {
        context.ResponseTrailers.Add("x-cause", "test");
        BadRequest details = new()
        {
            FieldViolations = { new BadRequest.Types.FieldViolation { Field = "text", Description = "is ünwanted" } },
        };
        throw new Google.Rpc.Status
        {
            Code = (int)StatusCode.InvalidArgument,
            Message = "100 % wröng\nsecond line",
            Details = { Any.Pack(details) },
        }.ToRpcException();
    }

    private static Task<EchoReply> Crash(EchoRequest request, ServerCallContext context) =>
        throw new InvalidOperationException("a secret of the server");

    private static async Task<InspectReply> Inspect(EchoRequest request, ServerCallContext context)
    {
        Metadata headers = [];
        foreach (Metadata.Entry entry in context.RequestHeaders.Where(entry => entry.Key.StartsWith("x-", StringComparison.Ordinal)))
        {
            headers.Add(entry);
            context.ResponseTrailers.Add(entry);
        }

        await context.WriteResponseHeadersAsync(headers);
        InspectReply reply = new()
        {
            Peer = context.Peer,
            HasCredentials = context.PeerCredentials is not null,
            UserId = context.PeerCredentials?.UserId ?? 0,
            ProcessId = context.PeerCredentials?.ProcessId ?? 0,
            CertificateSubject = context.ClientCertificate?.Subject ?? "",
        };
        if (context.Deadline != DateTime.MaxValue)
        {
            reply.TimeLeft = Duration.FromTimeSpan(context.Deadline - DateTime.UtcNow);
        }

        return reply;
    }

    private Task<CancelledReply> Cancelled(WaitRequest request, ServerCallContext context) =>
        Task.FromResult(new CancelledReply { Count = CancelledCalls(request.Name) });

    private static EchoReply Reply(EchoRequest request) => new() { Text = request.Text, Payload = request.Payload };
}
