using Gateway.Daemon.Access;
using Gateway.Daemon.Auditing;
using Gateway.Rpc;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>The certificates of the TCP address, which may be replaced while the daemon runs.</summary>
internal static partial class TcpServing
{
    private const UnixFileMode ForOthers = UnixFileMode.OtherRead | UnixFileMode.OtherWrite;

    /// <summary>Reads them.</summary>
    /// <exception cref="StartException">They cannot be used.</exception>
    public static TlsFileWatch Open(ListenAddress listen, TimeProvider time, ILogger logger)
    {
        try
        {
            var watch = new TlsFileWatch(listen.Files, time)
            {
                Replaced = material => LogReplaced(logger, material.Certificate.Subject, material.Certificate.NotAfter.ToUniversalTime()),
                Unusable = why => LogUnusable(logger, why),
            };
            Warn(watch.Current, listen.Files, time, logger);
            return watch;
        }
        catch (TlsFileException failure)
        {
            throw new StartException(ExitCode.Usage, $"{listen.Endpoint} cannot be served: {failure.Message}", failure);
        }
    }

    public static MutualTlsOptions Options(TlsFileWatch watch, Func<AuditLog> audit) => new()
    {
        Material = () => watch.Current,
        Refused = (refusal, peer, certificate, words) => audit().OnConnectionRefused(refusal, peer, certificate, words),
    };

    private static void Warn(TlsMaterial material, TlsFiles files, TimeProvider time, ILogger logger)
    {
        DateTime now = time.GetUtcNow().UtcDateTime;
        if (material.Certificate.NotAfter.ToUniversalTime() < now || material.Certificate.NotBefore.ToUniversalTime() > now)
        {
            LogNotValid(logger, files.Certificate, material.Certificate.NotBefore.ToUniversalTime(), material.Certificate.NotAfter.ToUniversalTime());
        }

        if (OperatingSystem.IsLinux() && (File.GetUnixFileMode(files.Key) & ForOthers) != 0)
        {
            LogOpenKey(logger, files.Key);
        }
    }

    [LoggerMessage(1210, LogLevel.Information, "New certificates are in use: {Subject}, until {Until:u}.")]
    private static partial void LogReplaced(ILogger logger, string subject, DateTime until);

    [LoggerMessage(1211, LogLevel.Warning, "Changed certificates cannot be used, and those before stay in use: {Why}")]
    private static partial void LogUnusable(ILogger logger, string why);

    [LoggerMessage(1212, LogLevel.Warning, "The certificate {Path} is valid from {From:u} to {Until:u}, not now: clients will refuse it. Replace it; no restart is needed.")]
    private static partial void LogNotValid(ILogger logger, string path, DateTime from, DateTime until);

    [LoggerMessage(1213, LogLevel.Warning, "The key {Path} can be read by every user: chmod 600 it.")]
    private static partial void LogOpenKey(ILogger logger, string path);
}
