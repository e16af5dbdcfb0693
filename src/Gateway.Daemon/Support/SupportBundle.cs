using System.Formats.Tar;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using Gateway.Daemon.Hosting;
using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Google.Protobuf;

namespace Gateway.Daemon.Support;

/// <summary>
/// Everything somebody needs who is to find a fault from afar, as a tar archive: no keys of connections, no environment, no
/// command lines of other processes.
/// </summary>
internal sealed class SupportBundle(DaemonOptions options, KernelDataPlane dataPlane, PolicyControl control, LogTail log, TimeProvider time)
{
    private const string Root = "gateway-support/";

    private static readonly JsonFormatter s_json = new(JsonFormatter.Settings.Default.WithFormatDefaultValues(true).WithIndentation());

    /// <summary>What the kernel says of the machine and its network; files that hold nothing secret.</summary>
    private static readonly string[] s_systemFiles =
    [
        "/etc/os-release", "/proc/version", "/proc/uptime", "/proc/loadavg", "/proc/meminfo", "/proc/cpuinfo", "/proc/mounts", "/proc/self/status",
        "/proc/self/limits", "/proc/thread-self/net/dev", "/proc/thread-self/net/route", "/proc/thread-self/net/ipv6_route", "/proc/thread-self/net/snmp",
        "/proc/thread-self/net/snmp6", "/proc/thread-self/net/netstat", "/proc/thread-self/net/softnet_stat", "/proc/sys/net/core/bpf_jit_enable",
        "/proc/sys/net/mptcp/enabled",
    ];

    /// <summary>Writes the archive.</summary>
    /// <param name="answers">Answers of the services, by the name of their file.</param>
    /// <param name="output">Takes a gzip stream.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task WriteAsync(IEnumerable<(string Name, Func<IMessage> Answer)> answers, Stream output, CancellationToken cancellationToken)
    {
        var gzip = new GZipStream(output, CompressionLevel.Fastest, leaveOpen: true);
        await using (gzip.ConfigureAwait(false))
        {
            var tar = new TarWriter(gzip, TarEntryFormat.Pax);
            await using (tar.ConfigureAwait(false))
            {
                foreach ((string name, string text) in Files(answers))
                {
                    cancellationToken.ThrowIfCancellationRequested();
                    using var content = new MemoryStream(Encoding.UTF8.GetBytes(text));
                    var entry = new PaxTarEntry(TarEntryType.RegularFile, Root + name)
                    {
                        DataStream = content,
                        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
                        ModificationTime = time.GetUtcNow(),
                    };
                    await tar.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
                }
            }
        }
    }

    private static string Read(string path)
    {
        try
        {
            return File.ReadAllText(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return $"cannot be read: {failure.Message}\n";
        }
    }

    /// <summary>A part that fails does not keep the others from being there.</summary>
    private static string Try(Func<string> text)
    {
        try
        {
            return text();
        }
#pragma warning disable CA1031 // Whatever is wrong: the bundle is there to find it.
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return $"cannot be told: {failure.Message}\n";
        }
    }

    private IEnumerable<(string Name, string Text)> Files(IEnumerable<(string Name, Func<IMessage> Answer)> answers)
    {
        foreach ((string name, Func<IMessage> answer) in answers)
        {
            yield return ($"{name}.json", Try(() => s_json.Format(answer()) + "\n"));
        }

        yield return ("configuration.txt", Try(Configuration));
        yield return ("policy.yaml", Try(() => dataPlane.Applied?.Text.ToYaml() ?? "# no policy runs\n"));
        yield return ("policy-history.txt", Try(History));
        yield return ("bpf.txt", Try(() => string.Join('\n', dataPlane.ListObjects()) + "\n"));
        yield return ("pins.txt", Try(() => string.Join('\n', Directory.EnumerateFileSystemEntries(dataPlane.PinRoot, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)) + "\n"));
        foreach (string path in s_systemFiles)
        {
            yield return ($"system{path}", Read(path));
        }

        yield return ("log.txt", string.Join('\n', log.Lines) + "\n");
    }

    private string Configuration()
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"version {DaemonVersion.Text}\nsocket {options.Socket}\nstate {options.State}\npins {options.DataPlane.PinRoot}\n");
        text.Append(CultureInfo.InvariantCulture, $"flow-entries {options.DataPlane.FlowEntries}\nset-entries {options.DataPlane.SetEntries}\nlog-level {options.LogLevel}\n");
        text.Append(CultureInfo.InvariantCulture, $"prometheus {options.Metrics.Prometheus}\notlp {options.Metrics.Otlp}\n");
        foreach (PortRequest port in options.Ports)
        {
            text.Append(CultureInfo.InvariantCulture, $"port {port}\n");
        }

        return text.ToString();
    }

    private string History()
    {
        PolicyState state = control.State;
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"running {state.Running}, last {state.LastRevision}, pending {state.Pending}, intent {state.Intent}\n");
        foreach (PolicyRevision revision in state.Revisions)
        {
            text.Append(CultureInfo.InvariantCulture, $"{revision}\n");
        }

        return text.ToString();
    }
}
