namespace Gateway.Rpc;

/// <summary>Where one end of a mutual TLS connection has its certificates; PEM files.</summary>
public sealed record TlsFiles
{
    /// <summary>Certificates of the authorities that the other end's certificate must come from. The system's own are not used.</summary>
    public required string Ca { get; init; }

    /// <summary>This end's certificate, followed by intermediate ones if there are any.</summary>
    public required string Certificate { get; init; }

    /// <summary>The certificate's private key, not encrypted.</summary>
    public required string Key { get; init; }

    /// <summary>Reads them.</summary>
    /// <exception cref="TlsFileException">One of them cannot be read or used.</exception>
    public TlsMaterial Load() => TlsMaterial.Of(this, Read("CA", Ca), Read("certificate", Certificate), Read("key", Key));

    internal (string Ca, string Certificate, string Key) Read() => (Read("CA", Ca), Read("certificate", Certificate), Read("key", Key));

    private static string Read(string what, string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new TlsFileException($"The {what} file {path} cannot be read: {failure.Message}", failure);
        }
    }
}
