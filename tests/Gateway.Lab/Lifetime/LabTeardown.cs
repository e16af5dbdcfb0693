using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Lab;

/// <summary>Removes labs: at dispose, at the end of the process however it comes, and those that dead processes left.</summary>
internal static class LabTeardown
{
    private static readonly Lock Gate = new();
    private static readonly Dictionary<string, Lazy<bool>> Live = [];
    private static readonly List<PosixSignalRegistration> Signals = [];

    /// <summary>Records a lab and makes sure that it goes with this process.</summary>
    public static void Register(LabRecord record)
    {
        lock (Gate)
        {
            if (Signals.Count == 0)
            {
                Signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, _ => RemoveAll()));
                Signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, _ => RemoveAll()));
                Signals.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, _ => RemoveAll()));
                AppDomain.CurrentDomain.ProcessExit += (_, _) => RemoveAll();
            }

            Live.Add(record.Name, new Lazy<bool>(() => RemoveNow(record)));
            record.Save();
        }
    }

    /// <summary>
    /// Ends every process in the lab's namespaces, deletes them and the record. Who comes second waits for the first, so
    /// that the process does not end in between.
    /// </summary>
    public static void Remove(string name)
    {
        Lazy<bool>? removal;
        lock (Gate)
        {
            removal = Live.GetValueOrDefault(name);
        }

        if (removal is { Value: true })
        {
            lock (Gate)
            {
                Live.Remove(name);
            }
        }
    }

    /// <summary>Removes every lab whose owner is dead. Returns their names.</summary>
    public static IReadOnlyList<string> Clean()
    {
        var removed = new List<string>();
        foreach (LabRecord record in LabRecord.All().Where(r => !r.OwnerAlive))
        {
            RemoveNow(record);
            removed.Add(record.Name);
        }

        return removed;
    }

    private static void RemoveAll()
    {
        string[] names;
        lock (Gate)
        {
            names = [.. Live.Keys];
        }

        Array.ForEach(names, Remove);
    }

    private static bool RemoveNow(LabRecord record)
    {
        foreach (string space in record.Namespaces.Where(Exists))
        {
            KillInside(space);
            _ = Tool.RunNow("ip", "netns", "delete", space);
        }

        string[] left = [.. record.Namespaces.Where(Exists)];
        if (left.Length > 0)
        {
            throw new ToolFailedException($"Lab {record.Name}: 'ip netns delete' left {string.Join(", ", left)}.");
        }

        record.Delete();
        return true;
    }

    private static bool Exists(string space) => File.Exists($"/run/netns/{space}");

    private static void KillInside(string space)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < TimeSpan.FromSeconds(5))
        {
            List<int> pids = [.. Tool.RunNow("ip", "netns", "pids", space).Output
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(line => int.Parse(line, CultureInfo.InvariantCulture))
                .Where(pid => pid != Environment.ProcessId)];
            if (pids.Count == 0)
            {
                return;
            }

            foreach (int pid in pids)
            {
                try
                {
                    using var process = Process.GetProcessById(pid);
                    process.Kill();
                }
                catch (Exception e) when (e is ArgumentException or InvalidOperationException)
                {
                    // It has just ended.
                }
            }

            Thread.Sleep(10);
        }
    }
}
