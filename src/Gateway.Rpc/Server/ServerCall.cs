using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using Google.Protobuf;
using Google.Protobuf.Reflection;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Gateway.Rpc;

/// <summary>
/// One call on the server. It ends once: by its handler, or early by the client, the deadline or the stop of
/// the server. Whoever is first decides the status; the clock is never asked. An early end is answered at
/// once, but the HTTP/2 stream stays with the call until the handler has ended, because Kestrel reuses it.
/// </summary>
[SuppressMessage("Reliability", "CA1001", Justification = "A cancellation source without a timer owns nothing.")]
internal sealed class ServerCall : ServerCallContext
{
    private readonly HttpContext _http;
    private readonly ServerMethod _method;
    private readonly GrpcServerOptions _options;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _cancellation = new();
    private readonly TaskCompletionSource _answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly MessageReader _reader;
    private readonly TimeSpan? _timeout;
    private Metadata? _requestHeaders;
    private Metadata? _responseTrailers;
    private string? _peer;
    private int _ended;
    private Status _earlyStatus;

    internal ServerCall(
        HttpContext http, ServerMethod method, GrpcServerOptions options, ILogger logger, TimeSpan? timeout, bool gzip)
    {
        _http = http;
        _method = method;
        _options = options;
        _logger = logger;
        _timeout = timeout;
        _reader = new MessageReader(
            http.Request.BodyReader, options.MaxReceiveMessageSizes.GetValueOrDefault(method.Method.FullName, options.MaxReceiveMessageSize), gzip);
        Writer = new MessageWriter(http.Response.BodyWriter, StartResponseAsync, _cancellation.Token)
        {
            // A client that compresses wants what it gets compressed.
            Gzip = gzip,
        };
        Deadline = timeout is { } value ? options.TimeProvider.GetUtcNow().UtcDateTime + value : DateTime.MaxValue;
    }

    public override string Method => _method.Method.FullName;

    public override MethodDescriptor MethodDescriptor => _method.Method.Descriptor;

    public override string Host => _http.Request.Host.Value ?? "";

    public override string Peer => _peer ??= DescribePeer();

    public override PeerCredentials? PeerCredentials => _http.Features.Get<PeerCredentials>();

    public override X509Certificate2? ClientCertificate => _http.Connection.ClientCertificate;

    public override Metadata RequestHeaders => _requestHeaders ??= ReadRequestHeaders();

    public override Metadata ResponseTrailers => _responseTrailers ??= [];

    public override DateTime Deadline { get; }

    public override CancellationToken CancellationToken => _cancellation.Token;

    internal MessageWriter Writer { get; }

    public override Task WriteResponseHeadersAsync(Metadata responseHeaders)
    {
        ArgumentNullException.ThrowIfNull(responseHeaders);
        return Writer.StartAsync(() => ServerResponse.Append(_http.Response.Headers, responseHeaders));
    }

    /// <summary>Runs the call to its end.</summary>
    /// <param name="stopping">Ends streaming calls when the server stops.</param>
    internal async Task RunAsync(CancellationToken stopping)
    {
        using CancellationTokenRegistration aborted = _http.RequestAborted.UnsafeRegister(
            static call => ((ServerCall)call!).EndEarly(Status.DefaultCancelled, answer: false), this);
        using ITimer? deadline = _timeout is { } timeout
            ? _options.TimeProvider.CreateTimer(
                static call => ((ServerCall)call!).EndEarly(
                    new Status(StatusCode.DeadlineExceeded, "the deadline passed before the call ended"), answer: true),
                this, timeout, Timeout.InfiniteTimeSpan)
            : null;
        using CancellationTokenRegistration stopped = (_method.Method.Type == MethodType.Unary ? default : stopping).UnsafeRegister(
            static call => ((ServerCall)call!).EndEarly(
                new Status(StatusCode.Unavailable, "the server is stopping"), answer: true), this);

        Status status = await InvokeAsync(0).ConfigureAwait(false);
        if (Interlocked.Exchange(ref _ended, 1) == 0)
        {
            await AnswerAsync(status, _responseTrailers ?? Metadata.Empty).ConfigureAwait(false);
        }
        else
        {
            await _answered.Task.ConfigureAwait(false);
        }

        await _reader.CloseAsync().ConfigureAwait(false);
    }

    internal async ValueTask<T?> ReadAsync<T>(MessageParser<T> parser, CancellationToken cancellationToken)
        where T : class, IMessage<T>
    {
        try
        {
            if (!cancellationToken.CanBeCanceled || cancellationToken == _cancellation.Token)
            {
                return await _reader.ReadAsync(parser, _cancellation.Token).ConfigureAwait(false);
            }

            using CancellationTokenSource either =
                CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _cancellation.Token);
            return await _reader.ReadAsync(parser, either.Token).ConfigureAwait(false);
        }
        catch (Exception exception) when (IsConnectionLoss(exception))
        {
            throw new RpcException(Status.DefaultCancelled, Metadata.Empty, exception);
        }
    }

    internal async ValueTask<T> ReadSingleAsync<T>(MessageParser<T> parser)
        where T : class, IMessage<T>
    {
        try
        {
            T request = await _reader.ReadSingleAsync(parser, _cancellation.Token).ConfigureAwait(false);
            _options.OnRequest?.Invoke(this, request);
            return request;
        }
        catch (Exception exception) when (IsConnectionLoss(exception))
        {
            throw new RpcException(Status.DefaultCancelled, Metadata.Empty, exception);
        }
    }

    /// <summary>Writes the response of a method that has one; none goes with an error.</summary>
    internal Task WriteSingleAsync(IMessage response) =>
        Status.StatusCode == StatusCode.OK
            ? Writer.WriteAsync(response, last: true, CancellationToken.None)
            : Task.CompletedTask;

    private static bool IsConnectionLoss(Exception exception) => exception is IOException or ConnectionAbortedException;

    /// <summary>Runs the interceptors from <paramref name="index"/> on, then the handler.</summary>
    private async Task<Status> InvokeAsync(int index)
    {
        try
        {
            if (index < _options.Interceptors.Count)
            {
                Status = await _options.Interceptors[index](this, () => InvokeAsync(index + 1)).ConfigureAwait(false);
            }
            else
            {
                await _method.InvokeAsync(this).ConfigureAwait(false);
            }
        }
        catch (RpcException exception)
        {
            Status = exception.Status;
            foreach (Metadata.Entry entry in exception.Trailers)
            {
                ResponseTrailers.Add(entry);
            }
        }
        catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
        {
            Status = Status.DefaultCancelled;
        }
        catch (Exception exception)
        {
            GrpcServerLog.HandlerFailed(_logger, exception, Method, _http.TraceIdentifier);
            Status = new Status(
                StatusCode.Internal, $"the server failed to handle the call; its log has the cause under call {_http.TraceIdentifier}");
        }

        if (Volatile.Read(ref _ended) != 0)
        {
            Status = _earlyStatus;
        }

        return Status;
    }

    private void EndEarly(Status status, bool answer)
    {
        // Written before the flag: whoever sees the flag sees the status.
        if (Volatile.Read(ref _ended) != 0)
        {
            return;
        }

        lock (_answered)
        {
            if (_ended != 0)
            {
                return;
            }

            _earlyStatus = status;
            if (Interlocked.Exchange(ref _ended, 1) != 0)
            {
                return;
            }
        }

        GrpcServerLog.EndedEarly(_logger, Method, Peer, status.StatusCode);
        _ = EndEarlyAsync(status, answer);
    }

    private async Task EndEarlyAsync(Status status, bool answer)
    {
        try
        {
            Task cancelling = _cancellation.CancelAsync();
            if (answer)
            {
                // The handler may still be adding trailers; they are left to it.
                await AnswerAsync(status, Metadata.Empty).ConfigureAwait(false);
            }
            else
            {
                await Writer.CloseAsync(static () => Task.CompletedTask).ConfigureAwait(false);
            }

            await cancelling.ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // A callback on the handler's cancellation token failed.
            GrpcServerLog.HandlerFailed(_logger, exception, Method, _http.TraceIdentifier);
        }
        finally
        {
            _answered.SetResult();
        }
    }

    private async Task AnswerAsync(Status status, Metadata trailers)
    {
        try
        {
            await Writer.CloseAsync(() =>
            {
                if (!Writer.Interrupted)
                {
                    return ServerResponse.EndAsync(_http.Response, status, trailers);
                }

                ServerResponse.Reset(_http);
                return Task.CompletedTask;
            }).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            GrpcServerLog.AnswerNotSent(_logger, exception, Method, _http.TraceIdentifier);
            ServerResponse.Reset(_http);
        }
    }

    private Task StartResponseAsync()
    {
        ServerResponse.Prepare(_http.Response, Writer.Gzip);
        return _http.Response.StartAsync(CancellationToken.None);
    }

    private Metadata ReadRequestHeaders()
    {
        Metadata metadata = [];
        foreach ((string name, Microsoft.Extensions.Primitives.StringValues values) in _http.Request.Headers)
        {
            foreach (string? value in values)
            {
                metadata.AddReceived(name, value);
            }
        }

        return metadata;
    }

    private string DescribePeer()
    {
        if (PeerCredentials is { } peer)
        {
            return $"unix:uid={peer.UserId},gid={peer.GroupId},pid={peer.ProcessId}";
        }

        return _http.Connection.RemoteIpAddress is { } address
            ? (address.AddressFamily == AddressFamily.InterNetworkV6 ? "ipv6:" : "ipv4:")
                + new IPEndPoint(address, _http.Connection.RemotePort)
            : "unknown";
    }
}
