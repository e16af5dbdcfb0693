using Gateway.Bpf;
using Gateway.Policy;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Tests;

/// <summary>A data path in a <see cref="TestNetwork"/> with pins of its own; removed with all it left in the kernel.</summary>
internal sealed class TestGateway : IDisposable
{
    private readonly string _id = $"gwdp-{Guid.NewGuid().ToString("N")[..12]}";
    private KernelDataPlane? _dataPlane;

    internal TestGateway(bool allowTcx = true)
    {
        Options = new DataPlaneOptions
        {
            PinRoot = Path.Combine(BpfFs.DefaultPath, _id),
            LockPath = Path.Combine(Path.GetTempPath(), _id + ".lock"),
            FlowEntries = 1024,
            ConnectionEntries = 1024,
            StoredOptionEntries = 64,
            EventBytes = 65536,
            SetEntries = 1024,
            AllowTcx = allowTcx,
        };
    }

    internal DataPlaneOptions Options { get; }

    internal TestNetwork Network { get; } = new();

    /// <summary>Opened when first asked for.</summary>
    internal KernelDataPlane DataPlane => _dataPlane ??= Open();

    internal KernelDataPlane Open() => Network.Run(() => KernelDataPlane.Open(Options, NullLogger.Instance, TimeProvider.System));

    /// <summary>What a daemon that ends and starts again does.</summary>
    internal KernelDataPlane Reopen()
    {
        _dataPlane?.Dispose();
        return _dataPlane = Open();
    }

    internal IReadOnlyList<PortInfo> Attach(string nic, PortMode mode = PortMode.Host, string? peer = null) =>
        Attach(new PortRequest(nic) { Mode = mode, Peer = peer });

    internal IReadOnlyList<PortInfo> Attach(PortRequest request) => Network.Run(() => DataPlane.Attach(request));

    internal IReadOnlyList<string> Detach(string nic) => Network.Run(() => DataPlane.Detach(nic));

    internal DataPlaneException Refused(PortRequest request) => Assert.Throws<DataPlaneException>(() => Attach(request));

    /// <summary>Compiles and applies the chains of a policy file.</summary>
    internal AppliedPolicy Apply(string chains, ulong revision = 1)
    {
        string yaml = $"version: 1\nname: test\nchains:\n{chains}";
        PolicyLoadResult loaded = PolicyLoader.Load(yaml, DataPlane.Environment, CompilerLimits.Default, maxBytes: 1 << 28);
        Assert.Empty(loaded.Errors);
        return DataPlane.Apply(loaded.Compiled!, new PolicyText("test", yaml, revision));
    }

    internal PortHookCounters Counters(string nic, Abi.Hook hook) =>
        DataPlane.ReadCounters().Ports.Single(p => p.Nic == nic && p.Hook == hook);

    internal ChainCounters Chain(string name) => DataPlane.ReadCounters().Chains.Single(c => c.Chain == name);

    /// <summary>Pins below the root, without their directories.</summary>
    internal IReadOnlyList<string> Pins() => Directory.Exists(Options.PinRoot)
        ? [.. Directory.GetFiles(Options.PinRoot, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)]
        : [];

    internal IReadOnlyList<XdpAttachment> Xdp(string nic) => Network.Run(() => XdpAttachment.Query(NetDevice.IndexOf(nic)));

    public void Dispose()
    {
        try
        {
            _dataPlane?.Dispose();
            Network.Run(() => KernelDataPlane.CleanUp(Options, NullLogger.Instance));
        }
        finally
        {
            File.Delete(Options.LockPath!);
            Network.Dispose();
        }
    }
}
