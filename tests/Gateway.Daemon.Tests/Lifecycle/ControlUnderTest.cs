using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.Daemon.Tests.Lifecycle;

/// <summary>Policy control over the real kernel and a real directory, with time that stands still; leaves nothing behind.</summary>
internal sealed class ControlUnderTest : IDisposable
{
    private readonly string _name = $"gwpc-{Guid.NewGuid().ToString("N")[..8]}";
    private KernelDataPlane? _dataPlane;
    private PolicyControl? _control;

    public ControlUnderTest(string? directory = null)
    {
        StateDirectory = directory ?? Path.Combine(Path.GetTempPath(), _name);
        Directory.CreateDirectory(StateDirectory);
        Options = new DataPlaneOptions
        {
            PinRoot = $"/sys/fs/bpf/{_name}",
            LockPath = Path.Combine(Path.GetTempPath(), _name + ".lock"),
            FlowEntries = 1024,
            ConnectionEntries = 1024,
            StoredOptionEntries = 64,
            EventBytes = 65536,
        };
        Start();
    }

    public string StateDirectory { get; }

    public ManualTime Time { get; } = new();

    public LogLines<PolicyControl> Log { get; } = new();

    public PolicyHistory History { get; private set; } = null!;

    public PolicyFeed Feed { get; private set; } = null!;

    public KernelDataPlane DataPlane => _dataPlane!;

    public PolicyControl Control => _control!;

    /// <summary>Number and name of what the kernel runs; 0 when nothing does.</summary>
    public (ulong Revision, string Name) InKernel => DataPlane.Applied is { } applied ? (applied.Text.Revision, applied.Text.Name) : (0, "");

    private DataPlaneOptions Options { get; }

    /// <summary>A policy with one chain.</summary>
    public static string Yaml(string name, string actor = "count") =>
        $"version: 1\nname: {name}\nchains:\n- {{name: all, priority: 1, actors: [{actor}]}}\n";

    public PolicyOutcome Apply(string name, TimeSpan confirmWithin = default, ulong expected = 0) => Control.Apply(
        new V1.PolicySource { Yaml = Yaml(name) }, new PolicyWish(new RevisionDraft("test", "peer", "why"), expected, ConfirmWithin: confirmWithin));

    /// <summary>What a daemon that is killed and starts again does.</summary>
    public void Restart()
    {
        Stop();
        Start();
    }

    /// <summary>What a reboot does: nothing of the kernel's is left.</summary>
    public void Reboot(Action? meanwhile = null)
    {
        Stop();
        KernelDataPlane.CleanUp(Options, NullLogger.Instance);
        meanwhile?.Invoke();
        Start();
    }

    /// <summary>What is on disk now, as a daemon that starts would read it.</summary>
    public PolicyState OnDisk() => StateFile.Decode(File.ReadAllBytes(Path.Combine(StateDirectory, "policy-state")), out _);

    /// <summary>The kernel, the memory and the disk say the same, and the texts are whole.</summary>
    public void ExpectAgreement(ulong revision, string name)
    {
        Assert.Equal((revision, name), InKernel);
        Assert.Equal(revision, History.State.Running);
        PolicyState disk = OnDisk();
        Assert.Equal((revision, (ChangeIntent?)null), (disk.Running, disk.Intent));
        if (revision != 0)
        {
            Assert.Equal(DataPlane.Applied!.Text.ToYaml(), History.ReadText(disk.Find(revision)!));
            Assert.Equal(name, Control.Running.Document!.Name);
            Assert.Equal(DataPlane.Applied.Size.Chains, Control.Compiled!.Chains.Length);
        }
    }

    /// <summary>As above, while the file on disk is as a test left it.</summary>
    public void ExpectAgreementInKernel(ulong revision, string name)
    {
        Assert.Equal((revision, name), InKernel);
        Assert.Equal((revision, (ChangeIntent?)null), (History.State.Running, History.State.Intent));
    }

    public void Dispose()
    {
        Stop();
        KernelDataPlane.CleanUp(Options, NullLogger.Instance);
        File.Delete(Options.LockPath!);
        if (Directory.Exists(StateDirectory))
        {
            Directory.Delete(StateDirectory, recursive: true);
        }
    }

    private void Stop()
    {
        _control?.Dispose();
        _dataPlane?.Dispose();
    }

    private void Start()
    {
        _dataPlane = KernelDataPlane.Open(Options, NullLogger.Instance, Time);
        History = new PolicyHistory(StateDirectory, Time, new Forward<PolicyHistory>(Log));
        Feed = new PolicyFeed();
        _control = new PolicyControl(_dataPlane, History, Feed, Time, Log);
    }

    private sealed class Forward<T>(ILogger target) : ILogger<T>
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            target.Log(logLevel, eventId, state, exception, formatter);
    }
}
