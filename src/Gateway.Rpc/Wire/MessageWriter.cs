using System.Diagnostics.CodeAnalysis;
using System.IO.Pipelines;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>
/// Writes the messages of one direction of a call. Small messages are gathered while the connection is busy
/// and sent as one block: when it is idle again, or at 64 KiB.
/// </summary>
/// <param name="pipe">The body of the HTTP/2 stream.</param>
/// <param name="start">Sends the headers; runs once, before the first message.</param>
/// <param name="ended">Cancelled when the call has ended early; no write waits longer.</param>
[SuppressMessage("Reliability", "CA1001", Justification = "A semaphore without its wait handle owns nothing.")]
internal sealed class MessageWriter(PipeWriter pipe, Func<Task> start, CancellationToken ended)
{
    private const int FlushFrom = 64 * 1024;

    private readonly SemaphoreSlim _gate = new(1, 1);
    private int _unflushed;
    private bool _started;
    private bool _closed;
    private bool _flushQueued;

    /// <summary>Whether messages are compressed where that makes them smaller.</summary>
    internal bool Gzip { get; set; }

    /// <summary>Whether a block was cut off: nothing sensible can follow it on this stream.</summary>
    internal bool Interrupted { get; private set; }

    /// <summary>Sends the headers if they have not been sent.</summary>
    internal async Task StartAsync(Action prepare)
    {
        await EnterAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (_started)
            {
                throw new InvalidOperationException("The response headers have been sent: send them before the first message, once.");
            }

            prepare();
            await StartCoreAsync().ConfigureAwait(false);
            await FlushCoreAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>Queues a message; <see cref="CloseAsync"/>, a pause or 64 KiB send it.</summary>
    /// <exception cref="OperationCanceledException">The call has ended, or the caller gave up.</exception>
    internal async Task WriteAsync(IMessage message, bool last, CancellationToken cancellationToken)
    {
        await EnterAsync(cancellationToken).ConfigureAwait(false);
        Task? flush = null;
        try
        {
            if (!_started)
            {
                await StartCoreAsync().ConfigureAwait(false);
            }

            _unflushed += MessageFrame.Write(pipe, message, Gzip);
            if (_unflushed >= FlushFrom && !last)
            {
                flush = FlushAndReleaseAsync();
            }
            else if (!_flushQueued && !last)
            {
                _flushQueued = true;
                ThreadPool.UnsafeQueueUserWorkItem(static writer => _ = writer.FlushWhenIdleAsync(), this, preferLocal: false);
            }
        }
        finally
        {
            if (flush is null)
            {
                _gate.Release();
            }
        }

        if (flush is not null)
        {
            await flush.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Ends the direction: no message is written after <paramref name="finish"/> has run.</summary>
    internal async Task CloseAsync(Func<Task> finish)
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            if (!_closed)
            {
                _closed = true;
                await finish().ConfigureAwait(false);
            }
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task EnterAsync(CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        if (ended.IsCancellationRequested || _closed)
        {
            _gate.Release();
            throw new OperationCanceledException("The call has ended: nothing more can be sent on it.", ended);
        }
    }

    private async Task StartCoreAsync()
    {
        _started = true;
        await start().ConfigureAwait(false);
    }

    private async Task FlushWhenIdleAsync()
    {
        await _gate.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _flushQueued = false;
            if (!_closed && _unflushed > 0)
            {
                await FlushCoreAsync().ConfigureAwait(false);
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException or RpcException)
        {
            // The call has ended; whoever runs it learns that from its own source.
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The gate stays shut until the block is out, even when the caller stops waiting for it.</summary>
    private async Task FlushAndReleaseAsync()
    {
        try
        {
            await FlushCoreAsync().ConfigureAwait(false);
        }
        finally
        {
            _gate.Release();
        }
    }

    private async Task FlushCoreAsync()
    {
        try
        {
            _unflushed = 0;
            await pipe.FlushAsync(ended).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            Interrupted = true;
            throw;
        }
    }
}
