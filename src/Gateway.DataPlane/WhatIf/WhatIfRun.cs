using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;
using Gateway.Policy;
using Microsoft.Extensions.Logging;
using Hook = Gateway.DataPlane.Abi.Hook;

namespace Gateway.DataPlane;

/// <summary>
/// A candidate policy tried on frames: the packet programs themselves on maps of their own, run by the kernel without a
/// NIC (BPF_PROG_TEST_RUN). Frames are seen in their order, so that later ones meet the flows of earlier ones; traffic is
/// not touched. Not thread-safe; <see cref="KernelDataPlane.TryPolicy"/> makes one.
/// </summary>
public sealed class WhatIfRun : IDisposable
{
    /// <summary>Bytes of the longest frame that the kernel takes for a test run: a page less what stands around a packet.</summary>
    public const int LongestFrame = 3400;

    private const int ShortestFrame = 14;

    private readonly PinLayout _layout;
    private readonly SharedMaps _maps;
    private readonly GenerationTable _generations;
    private readonly RingBuffer _ring;
    private readonly Dictionary<string, PortRecord> _ports;
    private readonly Dictionary<(int Port, Hook Hook), BpfProgram> _programs = [];
    private readonly TimeProvider _time;
    private readonly Action _ended;
    private CapturedPacket? _captured;

    internal WhatIfRun(string pins, IEnumerable<PortRecord> ports, SharedMaps live, Action ended, ILogger logger, TimeProvider time)
    {
        _layout = new PinLayout(pins);
        _ports = ports.ToDictionary(p => p.Nic, StringComparer.Ordinal);
        _time = time;
        _ended = ended;
        _layout.RemoveAll();
        _layout.Create();
        try
        {
            _maps = SharedMaps.Create(_layout, new DataPlaneOptions { FlowEntries = 8192, ConnectionEntries = 8192, StoredOptionEntries = 1024, EventBytes = 1 << 16 });
        }
        catch
        {
            _layout.RemoveAll();
            throw;
        }

        _generations = new GenerationTable(_layout, _maps, logger, time);
        _ring = new RingBuffer(_maps.Captures, Receive);
        LiveState.CopyPorts(live, _maps, _ports.Values);
    }

    /// <summary>The candidate as it runs here: names of its chains and actors.</summary>
    public AppliedPolicy Applied => _generations.Current ?? throw new InvalidOperationException("No policy was given.");

    /// <summary>Runs a frame.</summary>
    /// <exception cref="DataPlaneException">
    /// NotFound: its NIC is no port. InvalidArgument: it is too long or too short, or the kernel does not take it.
    /// </exception>
    public WhatIfOutcome Run(WhatIfFrame frame)
    {
        ArgumentNullException.ThrowIfNull(frame);
        if (!_ports.TryGetValue(frame.Nic, out PortRecord? port))
        {
            throw new DataPlaneException(DataPlaneErrorKind.NotFound, $"{frame.Nic} is not attached: name one of {string.Join(", ", _ports.Keys)}.");
        }

        int length = Math.Max(frame.Length, frame.Data.Length);
        if (length is < ShortestFrame or > LongestFrame)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.InvalidArgument, $"The frame has {length} bytes, and {ShortestFrame} to {LongestFrame} can be tried.");
        }

        byte[] bytes = new byte[length];
        frame.Data.Span.CopyTo(bytes);
        _captured = null;
        _maps.ZeroPortStats(port.Index);
        try
        {
            Program(port, frame.Hook).TestRun(bytes);
        }
        catch (BpfException refusal) when (refusal.Errno == Errno.EINVAL)
        {
            throw new DataPlaneException(DataPlaneErrorKind.InvalidArgument, "The kernel does not take the frame: it ends in its IP header.", refusal);
        }

        _ring.Consume();
        return new WhatIfOutcome(_captured, _captured is { Event.Chain: >= 0 } ? Reason.None : WhyNoChain(port.Index, frame.Hook));
    }

    /// <summary>Ends it and removes its maps.</summary>
    public void Dispose()
    {
        _ring.Dispose();
        foreach (BpfProgram program in _programs.Values)
        {
            program.Dispose();
        }

        _maps.Dispose();
        _layout.RemoveAll();
        _ended();
    }

    internal void Apply(CompiledPolicy policy, PolicyText text, IReadOnlyDictionary<string, int> ports) => _generations.Apply(policy, text, ports);

    /// <summary>Begins with what the running gateway knows of flows and connections.</summary>
    internal void CopyState(SharedMaps live) => LiveState.CopyFlows(live, _maps);

    private BpfProgram Program(PortRecord port, Hook hook)
    {
        if (!_programs.TryGetValue((port.Index, hook), out BpfProgram? program))
        {
            program = (hook, port) switch
            {
                (Hook.Ingress, { Xdp: PortXdp.Off }) => PacketPrograms.LoadTc(port.Index, Hook.Ingress, _maps),
                (Hook.Ingress, _) => PacketPrograms.LoadIngress(port.Index, frags: false, _maps),
                (_, { Mode: PortMode.Wire }) => PacketPrograms.LoadDevmapForTestRuns(port.Index, _maps),
                _ => PacketPrograms.LoadTc(port.Index, Hook.Egress, _maps),
            };
            _programs.Add((port.Index, hook), program);
        }

        return program;
    }

    /// <summary>The one reason counted at the hook for a packet that no chain ran on.</summary>
    private Reason WhyNoChain(int port, Hook hook)
    {
        foreach (PortStats cpu in _maps.PortCounters.LookupPerCpu<uint, PortStats>(((uint)port * 2) + (uint)hook) ?? [])
        {
            for (int reason = 1; reason < Limits.Reasons; reason++)
            {
                if (cpu.Reasons[reason] != 0)
                {
                    return (Reason)reason;
                }
            }
        }

        return Reason.None;
    }

    private void Receive(ReadOnlySpan<byte> record)
    {
        if (EventDecoder.TryDecodeCapture(record, KernelClock.Read(_time), NicOf, out CapturedPacket? packet))
        {
            _captured = packet;
        }
    }

    private string? NicOf(int? index) => _ports.Values.FirstOrDefault(p => p.Index == index)?.Nic;
}
