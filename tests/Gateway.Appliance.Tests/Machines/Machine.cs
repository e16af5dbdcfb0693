using Gateway.Lab;

namespace Gateway.Appliance.Tests;

/// <summary>
/// A clean Debian booted with its own init in the place of a lab's gateway: its network is the lab's, its bpf file system a
/// directory of this machine's. What it writes is gone with it.
/// </summary>
internal sealed class Machine : IAsyncDisposable
{
    /// <summary>Capabilities the machine has: those of the unit, and what its init needs.</summary>
    private const string Capabilities = "CAP_BPF,CAP_PERFMON,CAP_NET_ADMIN,CAP_NET_RAW,CAP_SYS_ADMIN";

    /// <summary>The init ends when the standard input does, so with the process that started it; its disk is mounted for it alone.</summary>
    private const string Boot = """
        trap : TERM
        mount -t tmpfs gateway-machine "$1" && mkdir "$1/upper" "$1/work" "$1/root" || exit 1
        mount -t overlay overlay -o "lowerdir=$2,upperdir=$1/upper,workdir=$1/work" "$1/root" || exit 1
        systemd-nspawn --quiet --directory="$1/root" --machine="$3" --network-namespace-path="/run/netns/$4" --boot --console=pipe \
            --register=no --keep-unit --resolv-conf=off --timezone=off --link-journal=no --capability="$5" \
            --system-call-filter='bpf perf_event_open' --bind="/sys/fs/bpf/$3:/sys/fs/bpf" --bind-ro="$6:/packages" </dev/null &
        cat >/dev/null
        kill -KILL $!
        wait $!
        """;

    private static readonly TimeSpan s_bootTimeout = TimeSpan.FromSeconds(90);

    private readonly MptcpLab _lab;
    private readonly string _directory;
    private readonly LabProcess _process;
    private int _init;

    private Machine(MptcpLab lab, string directory, LabProcess process)
    {
        _lab = lab;
        _directory = directory;
        _process = process;
    }

    /// <summary>The machine's bpf file system, as this machine sees it.</summary>
    public string BpfFs => $"/sys/fs/bpf/{_lab.Name}";

    /// <summary>Boots one; a directory with packages is mounted on its /packages.</summary>
    public static async Task<Machine> BootAsync(MptcpLab lab, string root, string packages)
    {
        string directory = Path.Combine(Path.GetTempPath(), $"{lab.Name}-machine");
        Directory.CreateDirectory(directory);
        Directory.CreateDirectory($"/sys/fs/bpf/{lab.Name}");
        LabProcess process = lab.Gateway.Start(
            "unshare",
            ["--mount", "--propagation", "private", "sh", "-c", Boot, "boot", directory, root, lab.Name, lab.Gateway.Name, Capabilities, packages]);
        var machine = new Machine(lab, directory, process);
        try
        {
            await process.WaitForAsync(machine.FindInit, "the machine's init runs", s_bootTimeout);
            await Wait.UntilAsync(machine.HasBootedAsync, "the machine has booted", s_bootTimeout);
            return machine;
        }
        catch
        {
            await machine.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs a command line of its shell; a failure fails the test, with what gatewayd logged.</summary>
    public async Task<string> RunAsync(string command)
    {
        (int exit, string output, string errors) = await TryAsync(command);
        if (exit != 0)
        {
            (_, string journal, _) = await TryAsync("journalctl -o cat --no-pager -n 60 -u gatewayd -u gatewayd-bypass");
            Assert.Fail($"{command}: exit code {exit}\n{output}\n{errors}\n{journal}");
        }

        return output;
    }

    /// <summary>Runs a command line of its shell.</summary>
    public Task<(int Exit, string Output, string Errors)> TryAsync(string command) => Command.TryAsync(
        "nsenter",
        "--target", $"{_init}", "--mount", "--uts", "--ipc", "--net", "--pid", "--cgroup", "--root", "--wd",
        "env", "--ignore-environment", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "LANG=C.UTF-8", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", command);

    public async ValueTask DisposeAsync()
    {
        await _process.DisposeAsync();
        if (Directory.Exists(BpfFs))
        {
            Directory.Delete(BpfFs, recursive: true);
        }

        Directory.Delete(_directory);
    }

    private bool FindInit()
    {
        var ancestors = new Queue<int>([_process.Pid]);
        while (ancestors.TryDequeue(out int pid))
        {
            try
            {
                if (File.ReadAllText($"/proc/{pid}/comm") == "systemd\n")
                {
                    _init = pid;
                    return true;
                }

                foreach (string child in File.ReadAllText($"/proc/{pid}/task/{pid}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries))
                {
                    ancestors.Enqueue(int.Parse(child, System.Globalization.CultureInfo.InvariantCulture));
                }
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return false;
    }

    private async Task<bool> HasBootedAsync()
    {
        (_, string state, _) = await TryAsync("systemctl is-system-running");
        return state.Trim() is "running" or "degraded";
    }
}
