using System.Diagnostics.CodeAnalysis;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Gateway.Daemon.Metrics;

/// <summary>Reads the addresses of metrics as they are written in options and in the configuration.</summary>
internal static class MetricsAddress
{
    public const string PrometheusHint = "Write a loopback address and port like 127.0.0.1:9464 or [::1]:9464, or the path of a Unix socket.";

    public const string OtlpHint = "Write a URL like http://127.0.0.1:4317.";

    /// <summary>Reads where /metrics is served. It has no access control but a socket's mode, so other hosts cannot reach it.</summary>
    /// <param name="text">ADDRESS:PORT or an absolute path.</param>
    /// <param name="endpoint">The address.</param>
    /// <param name="problem">What is wrong; empty when nothing is.</param>
    public static bool TryReadPrometheus(string text, [NotNullWhen(true)] out EndPoint? endpoint, out string problem)
    {
        endpoint = null;
        problem = "";
        if (Path.IsPathRooted(text))
        {
            if (Encoding.UTF8.GetByteCount(text) > Hosting.DaemonOptions.MaxSocketPath)
            {
                problem = $"The path is too long for a Unix socket: at most {Hosting.DaemonOptions.MaxSocketPath} bytes.";
                return false;
            }

            endpoint = new UnixDomainSocketEndPoint(Path.GetFullPath(text));
            return true;
        }

        if (!IPEndPoint.TryParse(text, out IPEndPoint? address) || address.Port == 0)
        {
            problem = $"'{text}' is no address with a port.";
            return false;
        }

        if (!IPAddress.IsLoopback(address.Address))
        {
            problem = $"{address} could be reached by other hosts, and metrics have no access control: to publish them put a proxy before a loopback address.";
            return false;
        }

        endpoint = address;
        return true;
    }

    /// <summary>Reads the URL of a collector.</summary>
    public static bool TryReadOtlp(string text, [NotNullWhen(true)] out Uri? url) =>
        Uri.TryCreate(text, UriKind.Absolute, out url) && url.Scheme is "http" or "https" && url.Host.Length > 0 && url.UserInfo.Length == 0;
}
