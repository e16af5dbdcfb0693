using System.Buffers.Binary;
using System.Globalization;
using System.Runtime.InteropServices;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.Policy;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>
/// The packet programs on maps of their own, without any NIC: policies come from YAML through the real compiler and
/// encoder, frames through BPF_PROG_TEST_RUN. Not thread-safe.
/// </summary>
public sealed partial class PacketBench : IDisposable
{
    /// <summary>Any device may stand for a redirect target: a test run does not transmit.</summary>
    private const uint Loopback = 1;

    private static int s_count;

    private readonly Dictionary<(BenchProgram Program, BenchPort Port), BpfProgram> _programs = [];
    private readonly PinLayout _layout;
    private readonly SharedMaps _maps;
    private readonly GenerationTable _generations;
    private readonly List<Event> _events = [];
    private readonly RingBuffer _ring;
    private (string Chains, CompiledPolicy Compiled)? _policy;

    public PacketBench()
        : this(flowEntries: 4096)
    {
    }

    internal PacketBench(uint flowEntries)
    {
        _layout = new PinLayout(string.Create(CultureInfo.InvariantCulture, $"{BpfFs.DefaultPath}/gwpackets{Environment.ProcessId}x{Interlocked.Increment(ref s_count)}"));
        _layout.Create();
        _maps = SharedMaps.Create(_layout, new DataPlaneOptions { FlowEntries = flowEntries, ConnectionEntries = 1024, StoredOptionEntries = 1024 });
        _generations = new GenerationTable(_layout, _maps, NullLogger.Instance, TimeProvider.System);
        _operators = new OperatorTable(_layout, _maps, NullLogger.Instance, TimeProvider.System);
        _ring = new RingBuffer(_maps.Events, record => _events.Add(MemoryMarshal.Read<Event>(record)));
        SetPort(BenchPort.Host, PortFlag.CsumComplete);
        SetPort(BenchPort.Partial, PortFlag.CsumPartial);
        SetPort(BenchPort.Unknown, 0);
        SetPort(BenchPort.Wire, PortFlag.CsumComplete | PortFlag.Wire, peer: BenchPort.WireFar);
        SetPort(BenchPort.WireFar, PortFlag.CsumComplete | PortFlag.Wire, peer: BenchPort.Wire);
        SetPort(BenchPort.WirePartial, PortFlag.CsumPartial | PortFlag.Wire, peer: BenchPort.WireFar);
        SetPort(BenchPort.Down, PortFlag.CsumComplete, up: false);
        SetPort(BenchPort.Narrow, PortFlag.CsumComplete, mtu: 600);
        SetPort(BenchPort.Tagged, PortFlag.CsumComplete, vlanMask: 0xfff);
        foreach (BenchPort port in Enum.GetValues<BenchPort>())
        {
            _maps.Transmit(frags: false).UpdateDevice((uint)port, Loopback);
            _maps.Transmit(frags: true).UpdateDevice((uint)port, Loopback);
        }
    }

    /// <summary>NIC names a policy may use: those of <see cref="BenchPort"/> in lower case.</summary>
    internal static PolicyEnvironment Ports { get; } = new(
        Enum.GetValues<BenchPort>().ToDictionary(p => p.ToString().ToLowerInvariant(), p => (int)p));

    internal SharedMaps Maps => _maps;

    internal AppliedPolicy Applied => _generations.Current ?? throw new InvalidOperationException("No policy is in force: call Apply first.");

    /// <summary>Forgets flows, connections, counters, events and the policy.</summary>
    internal PacketBench Reset()
    {
        Clear();
        Forget();
        ZeroCounters();
        return this;
    }

    /// <summary>Forgets flows, connections, stored options and events.</summary>
    internal void Forget()
    {
        Empty<FlowKey4>(_maps.Flows4);
        Empty<FlowKey6>(_maps.Flows6);
        Empty<uint>(_maps["gw_tokens"]);
        Empty<ulong>(_maps["gw_connections"]);
        Empty<StoredKey>(_maps["gw_stored"]);
        Empty<RewriteKey>(_maps["gw_rewrites"]);
        for (uint block = 0; block < Limits.RewriteBlocks; block++)
        {
            _maps["gw_rewrite_filter"].Update(block, default(RewriteFilter));
        }

        Empty<SharedRateKey>(_maps["gw_rates"]);
        _ = ReadEvents();
    }

    /// <summary>Forgets everything and puts a policy of these chains (the list below <c>chains:</c>) into force.</summary>
    internal CompiledPolicy Start(string chains)
    {
        if (_policy is { } running && running.Chains == chains)
        {
            // Taking a generation out waits for the kernel: the same policy stays.
            Forget();
            ZeroCounters();
            return running.Compiled;
        }

        Reset();
        return Apply(chains);
    }

    /// <summary>Forgets everything and drops at ingress what a selector selects, after frames that only prepare.</summary>
    internal void StartSelector(string select, params byte[][] before)
    {
        Start($"  - {{name: hit, priority: 2, hooks: [ingress], select: {{{select}}}, actors: [drop]}}\n  - {{name: rest, priority: 1, actors: [count]}}\n");
        Prepare(BenchPort.WireFar, before);
    }

    /// <summary>Whether the selector of <see cref="StartSelector"/> selects a frame.</summary>
    internal bool Selects(byte[] frame, BenchPort port = BenchPort.Host) => Ingress(frame, port).Verdict == PacketRun.XdpDrop;

    /// <summary>Puts a policy of these chains into force over the running one.</summary>
    internal CompiledPolicy Apply(string chains)
    {
        string yaml = $"version: 1\nname: test\nchains:\n{chains}";
        PolicyLoadResult loaded = PolicyLoader.Load(yaml, PolicyEnvironment, CompilerLimits.Default);
        Assert.True(loaded.Compiled is not null, string.Join('\n', loaded.Errors.Select(e => e.ToString())) + "\n" + yaml);
        Apply(loaded.Compiled, yaml);
        _policy = (chains, loaded.Compiled);
        return loaded.Compiled;
    }

    /// <summary>Puts a compiled policy into force over the running one.</summary>
    internal void Apply(CompiledPolicy compiled, string yaml)
    {
        _generations.Apply(compiled, new PolicyText("test", yaml, 1), Ports.Ports, commit: null);
        _policy = null;
    }

    internal void Clear()
    {
        _generations.Clear(commit: null);
        _policy = null;
    }

    /// <summary>Changes a port's entry.</summary>
    internal void SetPort(
        BenchPort port, PortFlag flags, bool up = true, BenchPort peer = 0, uint mtu = 1500, ushort vlanMask = 0, uint ifindex = Loopback)
    {
        var entry = new Port
        {
            Ifindex = ifindex,
            Flags = (ushort)(flags | PortFlag.Present | (up ? PortFlag.Up : 0)),
            Peer = (byte)peer,
            Mtu = mtu,
            VlanMask = vlanMask,
        };
        _maps.Ports.Update((uint)port, entry);
    }

    /// <summary>Runs a frame through the XDP program of a port.</summary>
    internal PacketRun Ingress(ReadOnlySpan<byte> frame, BenchPort port = BenchPort.Host) => Run(BenchProgram.XdpIngress, port, frame);

    /// <summary>Runs a frame through the TC ingress program of a port without XDP.</summary>
    internal PacketRun TcIngress(ReadOnlySpan<byte> frame, BenchPort port = BenchPort.Host) => Run(BenchProgram.TcIngress, port, frame);

    /// <summary>Runs a frame through the TC egress program of a port.</summary>
    internal PacketRun Egress(ReadOnlySpan<byte> frame, BenchPort port = BenchPort.Host) => Run(BenchProgram.TcEgress, port, frame);

    /// <summary>Whether the kernel takes a frame for a test run at TC: not when it ends in its IP header.</summary>
    internal static bool CanEgress(ReadOnlySpan<byte> frame) => frame.Length >= 14 + BinaryPrimitives.ReadUInt16BigEndian(frame[12..]) switch
    {
        0x0800 => 20,
        0x86dd => 40,
        _ => 0,
    };

    /// <summary>Runs a frame through the devmap program of a wire port.</summary>
    internal PacketRun Devmap(ReadOnlySpan<byte> frame, BenchPort port = BenchPort.WireFar) => Run(BenchProgram.Devmap, port, frame);

    /// <summary>Runs frames that only prepare for what follows, all through one port's XDP program.</summary>
    internal void Prepare(BenchPort port, params ReadOnlySpan<byte[]> frames)
    {
        foreach (byte[] frame in frames)
        {
            _ = Ingress(frame, port);
        }
    }

    internal ulong PortCount(BenchPort port, Reason reason, Abi.Hook hook = Abi.Hook.Ingress) => PortStats(port, hook).Reasons[(int)reason];

    /// <summary>All reasons counted at a hook of a port, with their numbers.</summary>
    internal Dictionary<Reason, ulong> PortReasons(BenchPort port, Abi.Hook hook = Abi.Hook.Ingress)
    {
        PortStats stats = PortStats(port, hook);
        return NotZero(stats.Reasons);
    }

    /// <summary>Sum over CPUs of a hook's counters.</summary>
    internal PortStats PortStats(BenchPort port, Abi.Hook hook)
    {
        var sum = default(PortStats);
        foreach (PortStats cpu in _maps.PortCounters.LookupPerCpu<uint, PortStats>(((uint)port * 2) + (uint)hook)!)
        {
            sum.Packets += cpu.Packets;
            sum.Bytes += cpu.Bytes;
            for (int reason = 0; reason < Limits.Reasons; reason++)
            {
                sum.Reasons[reason] += cpu.Reasons[reason];
            }
        }

        return sum;
    }

    /// <summary>Packets that ran a chain.</summary>
    internal ulong ChainPackets(string chain) =>
        _maps.ChainCounters.LookupPerCpu<uint, ChainStats>((uint)Slots(chain).Slot)!.Aggregate(0ul, (sum, cpu) => sum + cpu.Packets);

    /// <summary>All reasons counted for an actor of a chain.</summary>
    internal Dictionary<Reason, ulong> StepReasons(string chain, int step = 0)
    {
        var sum = default(StepStats);
        foreach (StepStats cpu in _maps.StepCounters.LookupPerCpu<uint, StepStats>((uint)Slots(chain).Steps[step].Slot)!)
        {
            for (int reason = 0; reason < Limits.Reasons; reason++)
            {
                sum.Reasons[reason] += cpu.Reasons[reason];
            }
        }

        return NotZero(sum.Reasons);
    }

    /// <summary>Events since the last call.</summary>
    internal IReadOnlyList<Event> ReadEvents()
    {
        _events.Clear();
        _ring.Consume();
        return [.. _events];
    }

    /// <summary>The generation packets follow.</summary>
    internal uint GenerationInForce => _maps.Control.Lookup<uint, Control>(0u).Generation;

    public void Dispose()
    {
        _ring.Dispose();
        foreach (BpfProgram program in _programs.Values)
        {
            program.Dispose();
        }

        _operators.Dispose();
        _maps.Dispose();
        Directory.Delete(_layout.Root, recursive: true);
    }

    /// <summary>Sets every counter to 0.</summary>
    internal void ZeroCounters()
    {
        foreach (BenchPort port in Enum.GetValues<BenchPort>())
        {
            _maps.ZeroPortStats((int)port);
        }

        foreach (ChainSlots chain in _generations.Document?.Chains ?? [])
        {
            _maps.ChainCounters.UpdatePerCpu<uint, ChainStats>((uint)chain.Slot, new ChainStats[BpfMap.PossibleCpus]);
            foreach (StepSlot step in chain.Steps)
            {
                _maps.StepCounters.UpdatePerCpu<uint, StepStats>((uint)step.Slot, new StepStats[BpfMap.PossibleCpus]);
            }
        }
    }

    private static void Empty<TKey>(BpfMap map)
        where TKey : unmanaged
    {
        foreach (TKey key in map.Keys<TKey>().ToArray())
        {
            map.Delete(key);
        }
    }

    private static Dictionary<Reason, ulong> NotZero(ReadOnlySpan<ulong> counts)
    {
        var reasons = new Dictionary<Reason, ulong>();
        for (int reason = 0; reason < counts.Length; reason++)
        {
            if (counts[reason] != 0)
            {
                reasons.Add((Reason)reason, counts[reason]);
            }
        }

        return reasons;
    }

    private ChainSlots Slots(string chain) => _generations.Document!.Chains.Single(c => c.Name == chain);

    /// <summary>The loaded program of a port.</summary>
    internal BpfProgram Program(BenchProgram kind, BenchPort port)
    {
        if (!_programs.TryGetValue((kind, port), out BpfProgram? program))
        {
            program = kind switch
            {
                BenchProgram.XdpIngress => PacketPrograms.LoadIngress((int)port, frags: false, _maps, _operators.Images),
                BenchProgram.TcIngress => PacketPrograms.LoadTc((int)port, Abi.Hook.Ingress, _maps, _operators.Images),
                BenchProgram.TcEgress => PacketPrograms.LoadTc((int)port, Abi.Hook.Egress, _maps, _operators.Images),
                _ => PacketPrograms.LoadDevmapForTestRuns((int)port, _maps, _operators.Images),
            };
            _programs.Add((kind, port), program);
        }

        return program;
    }

    private PacketRun Run(BenchProgram kind, BenchPort port, ReadOnlySpan<byte> frame)
    {
        TestRunResult result = Program(kind, port).TestRun(frame);
        return new PacketRun(frame.ToArray(), result.ReturnValue, result.DataOut);
    }
}
