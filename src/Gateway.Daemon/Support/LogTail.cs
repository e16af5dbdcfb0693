using System.Globalization;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Support;

/// <summary>Keeps the last lines of the log for support bundles.</summary>
internal sealed class LogTail(TimeProvider time) : ILoggerProvider
{
    private const int MaxLines = 4096;
    private const int MaxLength = 4096;

    private readonly TimeProvider _time = time;
    private readonly Lock _lock = new();
    private readonly Queue<string> _lines = new();

    /// <summary>The lines, oldest first.</summary>
    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public ILogger CreateLogger(string categoryName) => new Logger(this, categoryName);

    public void Dispose()
    {
    }

    private void Add(string line)
    {
        lock (_lock)
        {
            if (_lines.Count == MaxLines)
            {
                _lines.Dequeue();
            }

            _lines.Enqueue(line.Length <= MaxLength ? line : line[..MaxLength]);
        }
    }

    private sealed class Logger(LogTail tail, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            string now = tail._time.GetUtcNow().ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
            tail.Add($"{now} {logLevel} {category}[{eventId.Id}] {formatter(state, exception).ReplaceLineEndings(" ")}{(exception is null ? "" : $" | {exception.Message}")}");
        }
    }
}
