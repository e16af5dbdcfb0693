namespace Gateway.Rpc;

/// <summary>
/// Certificates that are replaced while the server runs: whoever asks gets what the files hold, read at most once a second.
/// Files that cannot be used, as in the middle of a replacement, leave the last good ones in use. Safe for concurrent use.
/// </summary>
public sealed class TlsFileWatch
{
    private static readonly TimeSpan s_interval = TimeSpan.FromSeconds(1);

    private readonly TlsFiles _files;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private (string Ca, string Certificate, string Key) _texts;
    private TlsMaterial _current;
    private long _looked;
    private string? _problem;

    /// <summary>Reads the files.</summary>
    /// <param name="files">The files.</param>
    /// <param name="time">Clock.</param>
    /// <exception cref="TlsFileException">One of them cannot be read or used.</exception>
    public TlsFileWatch(TlsFiles files, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(time);
        _files = files;
        _time = time;
        _texts = files.Read();
        _current = TlsMaterial.Of(files, _texts.Ca, _texts.Certificate, _texts.Key);
        _looked = time.GetTimestamp();
    }

    /// <summary>Told when other certificates are in use.</summary>
    public Action<TlsMaterial>? Replaced { get; set; }

    /// <summary>Told once why changed files cannot be used.</summary>
    public Action<string>? Unusable { get; set; }

    /// <summary>The certificates to use for a new connection.</summary>
    public TlsMaterial Current
    {
        get
        {
            lock (_lock)
            {
                if (_time.GetElapsedTime(_looked) >= s_interval)
                {
                    Look();
                    _looked = _time.GetTimestamp();
                }

                return _current;
            }
        }
    }

    private void Look()
    {
        try
        {
            (string Ca, string Certificate, string Key) texts = _files.Read();
            if (texts != _texts)
            {
                _current = TlsMaterial.Of(_files, texts.Ca, texts.Certificate, texts.Key);
                _texts = texts;
                Replaced?.Invoke(_current);
            }

            _problem = null;
        }
        catch (TlsFileException failure)
        {
            if (failure.Message != _problem)
            {
                _problem = failure.Message;
                Unusable?.Invoke(failure.Message);
            }
        }
    }
}
