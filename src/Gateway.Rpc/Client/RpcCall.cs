using System.Globalization;
using System.IO.Pipelines;
using System.Net;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>
/// One call of a client. Ends with the status of the server, or early by the caller, the deadline or
/// <see cref="Dispose"/>; whoever is first decides, the clock is never asked.
/// </summary>
/// <typeparam name="TRequest">Message the client sends.</typeparam>
/// <typeparam name="TResponse">Message the server sends.</typeparam>
public sealed class RpcCall<TRequest, TResponse> : IDisposable
    where TRequest : class, IMessage<TRequest>
    where TResponse : class, IMessage<TResponse>
{
    private const int Running = 0;
    private const int CancelledByCaller = 1;
    private const int PastDeadline = 2;
    private const int Disposed = 3;
    private const int Finished = 4;
    private const int RequestsFailed = 5;

    private static readonly StreamPipeReaderOptions PipeOptions = new(bufferSize: 32 * 1024);

    private readonly RpcChannel _channel;
    private readonly RpcMethod<TRequest, TResponse> _method;
    private readonly CancellationToken _callerToken;
    private readonly CancellationTokenSource _ended = new();
    private readonly CancellationTokenRegistration _caller;
    private readonly CancellationTokenRegistration _channelClosed;
    private readonly ITimer? _deadline;
    private readonly RequestContent _content;
    private readonly Task<HttpResponseMessage> _response;
    private readonly ResponseReader _responses;
    private MessageReader? _reader;
    private int _end;
    private Exception? _requestsError;
    private Status? _status;
    private Metadata _trailers = Metadata.Empty;

    internal RpcCall(
        RpcChannel channel, RpcMethod<TRequest, TResponse> method, TRequest? request, CallOptions options, CancellationToken cancellationToken)
    {
        _channel = channel;
        _method = method;
        _callerToken = cancellationToken;
        _content = new RequestContent(request, options.Gzip, _ended.Token).WithContentType();
        _responses = new ResponseReader(this);
        RequestStream = new ClientStreamWriter<TRequest>(_content, _ended.Token);
        _response = channel.SendAsync(CreateRequest(options), _ended.Token);
        _caller = cancellationToken.UnsafeRegister(
            static call => ((RpcCall<TRequest, TResponse>)call!).End(CancelledByCaller), this);
        _channelClosed = channel.Closed.UnsafeRegister(
            static call => ((RpcCall<TRequest, TResponse>)call!).End(Disposed), this);
        if (options.Timeout is { } timeout && timeout < GrpcTimeout.Longest)
        {
            _deadline = channel.Options.TimeProvider.CreateTimer(
                static call => ((RpcCall<TRequest, TResponse>)call!).End(PastDeadline),
                this, timeout > TimeSpan.Zero ? timeout : TimeSpan.Zero, Timeout.InfiniteTimeSpan);
        }

        ResponseHeadersAsync = ReadHeadersAsync();
        _ = ResponseHeadersAsync.ContinueWith(
            static headers => headers.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    /// <summary>The requests to send; of methods that take a stream.</summary>
    public IClientStreamWriter<TRequest> RequestStream { get; }

    /// <summary>The responses.</summary>
    public IAsyncStreamReader<TResponse> ResponseStream => _responses;

    /// <summary>The headers of the response; empty when the server sent only a status.</summary>
    public Task<Metadata> ResponseHeadersAsync { get; }

    /// <summary>The status of a call that has ended: after the last response was read.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Status GetStatus() => _status
        ?? throw new InvalidOperationException("The call has not ended: read the responses to their end first.");

    /// <summary>The trailers of a call that has ended: after the last response was read.</summary>
    /// <exception cref="InvalidOperationException">The call has not ended.</exception>
    public Metadata GetTrailers()
    {
        GetStatus();
        return _trailers;
    }

    /// <summary>Reads the one response of a method that has one, and the status.</summary>
    /// <exception cref="RpcException">The call failed.</exception>
    /// <exception cref="OperationCanceledException">The caller's token was cancelled.</exception>
    public async Task<TResponse> ReadSingleAsync()
    {
        if (!await _responses.MoveNext(CancellationToken.None).ConfigureAwait(false))
        {
            throw new RpcException(new Status(StatusCode.Internal, $"{_channel.Target} answered {_method} without a message"));
        }

        TResponse response = _responses.Current;
        return await _responses.MoveNext(CancellationToken.None).ConfigureAwait(false)
            ? throw new RpcException(new Status(StatusCode.Internal, $"{_channel.Target} answered {_method} with more than one message"))
            : response;
    }

    /// <summary>Ends the call; when it still runs, the server sees it cancelled.</summary>
    public void Dispose()
    {
        End(Disposed);
        _caller.Dispose();
        _channelClosed.Dispose();
        _deadline?.Dispose();
        _ = DisposeResponseAsync();
    }

    /// <summary>Sends a whole sequence. Never fails: why the call ended is the status that comes with the responses.</summary>
    internal async Task SendAllAsync(IAsyncEnumerable<TRequest> requests)
    {
        try
        {
            await foreach (TRequest request in requests.WithCancellation(_ended.Token).ConfigureAwait(false))
            {
                if (!await TrySendAsync(RequestStream.WriteAsync(request, CancellationToken.None)).ConfigureAwait(false))
                {
                    return;
                }
            }

            await TrySendAsync(RequestStream.CompleteAsync()).ConfigureAwait(false);
        }
        catch (Exception exception)
        {
            // The caller's sequence failed: the server must not take what came before for the whole.
            _requestsError = exception;
            End(RequestsFailed);
        }
    }

    private static async Task<bool> TrySendAsync(Task sending)
    {
        try
        {
            await sending.ConfigureAwait(false);
            return true;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private HttpRequestMessage CreateRequest(CallOptions options)
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri(_method.FullName, UriKind.Relative))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = _content,
        };
        request.Headers.TE.ParseAdd("trailers");
        request.Headers.TryAddWithoutValidation(GrpcHeaders.AcceptEncoding, GrpcHeaders.AcceptedEncodings);
        if (options.Gzip)
        {
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Encoding, GrpcHeaders.Gzip);
        }

        if (options.Timeout is { } timeout)
        {
            request.Headers.TryAddWithoutValidation(GrpcHeaders.Timeout, GrpcTimeout.Format(timeout));
        }

        foreach (Metadata.Entry entry in options.Headers)
        {
            request.Headers.TryAddWithoutValidation(entry.Key, MetadataHeaders.Encode(entry));
        }

        return request;
    }

    private async Task<Metadata> ReadHeadersAsync()
    {
        try
        {
            HttpResponseMessage response = await _response.ConfigureAwait(false);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                throw new RpcException(new Status(
                    ClientError.CodeOf(response.StatusCode), $"{_channel.Target} answered {_method} with HTTP status {(int)response.StatusCode}"));
            }

            if (!GrpcHeaders.IsGrpcContentType(response.Content.Headers.ContentType?.ToString()))
            {
                throw new RpcException(new Status(
                    StatusCode.Unknown,
                    $"{_channel.Target} answered {_method} with '{response.Content.Headers.ContentType}': it is not a gRPC server"));
            }

            if (response.Headers.Contains(GrpcHeaders.Status))
            {
                ReadStatus(response.Headers);
                return Metadata.Empty;
            }

            bool gzip = response.Headers.TryGetValues(GrpcHeaders.Encoding, out var encodings) && encodings.Contains(GrpcHeaders.Gzip);
            Stream body = await response.Content.ReadAsStreamAsync(_ended.Token).ConfigureAwait(false);
            _reader = new MessageReader(PipeReader.Create(body, PipeOptions), _channel.Options.MaxReceiveMessageSize, gzip);
            return ResponseHeaders.ToMetadata(response.Headers);
        }
        catch (Exception exception)
        {
            throw Classify(exception);
        }
    }

    /// <summary>The next response, or null when the call ended with OK.</summary>
    private async Task<TResponse?> ReadAsync(CancellationToken cancellationToken)
    {
        await ResponseHeadersAsync.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_status is null)
            {
                TResponse? message = await ReadBodyAsync(cancellationToken).ConfigureAwait(false);
                if (message is not null)
                {
                    return message;
                }

                ReadStatus((await _response.ConfigureAwait(false)).TrailingHeaders);
            }
        }
        catch (Exception exception) when (!(exception is OperationCanceledException && cancellationToken.IsCancellationRequested))
        {
            throw Classify(exception);
        }

        return _status is { StatusCode: not StatusCode.OK } status ? throw new RpcException(status, _trailers) : null;
    }

    private async Task<TResponse?> ReadBodyAsync(CancellationToken cancellationToken)
    {
        if (!cancellationToken.CanBeCanceled)
        {
            return await _reader!.ReadAsync(_method.ResponseParser, _ended.Token).ConfigureAwait(false);
        }

        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _ended.Token);
        return await _reader!.ReadAsync(_method.ResponseParser, either.Token).ConfigureAwait(false);
    }

    private void ReadStatus(System.Net.Http.Headers.HttpResponseHeaders headers)
    {
        string? code = ResponseHeaders.First(headers, GrpcHeaders.Status);
        Status status = int.TryParse(code, NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? new Status(
                number <= (int)StatusCode.Unauthenticated ? (StatusCode)number : StatusCode.Unknown,
                PercentEncoding.Decode(ResponseHeaders.First(headers, GrpcHeaders.Message) ?? ""))
            : new Status(StatusCode.Internal, $"{_channel.Target} ended {_method} without a status");
        _trailers = ResponseHeaders.ToMetadata(headers);
        _status = status;
        End(Finished);
    }

    private Exception Classify(Exception exception)
    {
        switch (Volatile.Read(ref _end))
        {
            case CancelledByCaller:
                _status = Status.DefaultCancelled;
                return new OperationCanceledException($"{_method} was cancelled.", exception, _callerToken);
            case PastDeadline:
                RpcException late = new(
                    new Status(StatusCode.DeadlineExceeded, $"{_channel.Target} did not end {_method} before the deadline"), Metadata.Empty, exception);
                _status = late.Status;
                return late;
            case RequestsFailed:
                _status = new Status(StatusCode.Cancelled, $"the requests of {_method} could not be produced: {_requestsError!.Message}");
                return new RpcException(_status.Value, Metadata.Empty, _requestsError);
            case Disposed:
                _status = Status.DefaultCancelled;
                return new RpcException(Status.DefaultCancelled, Metadata.Empty, exception);
            default:
                RpcException failed = ClientError.From(exception, _channel.Target);
                _status = failed.Status;

                // The stream is of no more use; this frees a writer that waits on it.
                End(Finished);
                return failed;
        }
    }

    private void End(int end)
    {
        if (Interlocked.CompareExchange(ref _end, end, Running) == Running)
        {
            _ended.Cancel();
            if (end != Finished)
            {
                // Resets the HTTP/2 stream, also when nobody reads it now.
                _ = DisposeResponseAsync();
            }
        }
    }

    private async Task DisposeResponseAsync()
    {
        try
        {
            (await _response.ConfigureAwait(false)).Dispose();
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException or IOException)
        {
            // The call failed before a response came; whoever reads it was told.
        }

        _content.Dispose();
    }

    private sealed class ResponseReader(RpcCall<TRequest, TResponse> call) : IAsyncStreamReader<TResponse>
    {
        private TResponse? _current;

        public TResponse Current => _current ?? throw new InvalidOperationException("There is no message: call MoveNext first.");

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            _current = await call.ReadAsync(cancellationToken).ConfigureAwait(false);
            return _current is not null;
        }
    }
}
