using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>Runs code in another network namespace, on a thread of its own that ends with it.</summary>
public static class NetNamespace
{
    /// <summary>Where named namespaces are bound.</summary>
    public const string NamedPath = "/run/netns";

    /// <summary>Runs a function in a network namespace.</summary>
    /// <typeparam name="T">Its result.</typeparam>
    /// <param name="nameOrPath">A name below <see cref="NamedPath"/>, or a path such as /proc/PID/ns/net.</param>
    /// <param name="function">Runs on the dedicated thread; must not await.</param>
    /// <returns>The function's result; its exceptions are thrown unchanged.</returns>
    /// <exception cref="BpfException">No such namespace, or privileges are missing (CAP_SYS_ADMIN).</exception>
    public static T Run<T>(string nameOrPath, Func<T> function)
    {
        ArgumentException.ThrowIfNullOrEmpty(nameOrPath);
        ArgumentNullException.ThrowIfNull(function);
        string path = nameOrPath.Contains('/', StringComparison.Ordinal) ? nameOrPath : Path.Combine(NamedPath, nameOrPath);
        T result = default!;
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() =>
        {
            try
            {
                Enter(path);
                result = function();
            }
#pragma warning disable CA1031 // Carried over to the caller's thread.
            catch (Exception exception)
#pragma warning restore CA1031
            {
                failure = ExceptionDispatchInfo.Capture(exception);
            }
        })
        {
            IsBackground = true,
            Name = $"netns {Path.GetFileName(path)}",
        };
        thread.Start();
        thread.Join();
        failure?.Throw();
        return result;
    }

    /// <summary>Runs an action in a network namespace.</summary>
    /// <param name="nameOrPath">A name below <see cref="NamedPath"/>, or a path such as /proc/PID/ns/net.</param>
    /// <param name="action">Runs on the dedicated thread; must not await.</param>
    /// <exception cref="BpfException">No such namespace, or privileges are missing (CAP_SYS_ADMIN).</exception>
    public static void Run(string nameOrPath, Action action)
    {
        ArgumentNullException.ThrowIfNull(action);
        _ = Run(nameOrPath, () =>
        {
            action();
            return true;
        });
    }

    private static void Enter(string path)
    {
        int fd = Libc.open(path, Libc.OpenReadOnlyCloseOnExec, 0);
        using BpfFd handle = BpfFd.FromResult(
            fd >= 0 ? fd : -Marshal.GetLastPInvokeError(),
            $"Opening network namespace {path}",
            fd >= 0 ? null : "List the named ones with 'ip netns'.");
        if (Libc.setns(handle, Libc.CloneNewNet) != 0)
        {
            throw BpfException.From(
                Marshal.GetLastPInvokeError(), $"Entering network namespace {path}", "Run as root (CAP_SYS_ADMIN), and give the path of a network namespace.");
        }
    }
}
