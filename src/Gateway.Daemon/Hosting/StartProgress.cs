using System.Globalization;
using Microsoft.Extensions.Hosting.Systemd;

namespace Gateway.Daemon.Hosting;

/// <summary>
/// Asks the service manager for more time (sd_notify(3), EXTEND_TIMEOUT_USEC) whenever the start of the daemon has come a step
/// further: on a slow machine the kernel checks the programs of many ports for longer than the manager waits. A start that
/// hangs comes no further and is ended, and no start takes for ever.
/// </summary>
internal sealed class StartProgress(ISystemdNotifier notifier, TimeProvider time)
{
    /// <summary>What one step may take.</summary>
    public static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    /// <summary>After this no more is asked for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromMinutes(5);

    private static readonly ServiceState s_more = new(string.Create(CultureInfo.InvariantCulture, $"EXTEND_TIMEOUT_USEC={(long)Step.TotalMicroseconds}"));

    private readonly long _begin = time.GetTimestamp();

    private volatile bool _ended;

    /// <summary>The start has come a step further.</summary>
    public void Advance()
    {
        if (!_ended && time.GetElapsedTime(_begin) < Longest)
        {
            notifier.Notify(s_more);
        }
    }

    /// <summary>The daemon serves: what is loaded from now on belongs to no start.</summary>
    public void End() => _ended = true;
}
