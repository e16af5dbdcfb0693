using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;
using Gateway.Policy;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>
/// The data path in the kernel: packet programs on ports, policies in maps, all pinned so that it outlives this process.
/// Thread-safe. Every method works in the network namespace of the thread that calls it, and throws
/// <see cref="DataPlaneException"/>.
/// </summary>
public sealed partial class KernelDataPlane : IDisposable
{
    private readonly Lock _lock = new();
    private readonly PinLayout _layout;
    private readonly PinLock _pinLock;
    private readonly SharedMaps _maps;
    private readonly PortTable _ports;
    private readonly OperatorTable _operators;
    private readonly GenerationTable _generations;
    private readonly SubflowSetTable _sets;
    private readonly ILogger _logger;
    private readonly TimeProvider _time;

    private volatile string?[] _nics = new string?[Limits.MaxPorts];
    private EventReader? _events;
    private bool _disposed;

    private KernelDataPlane(DataPlaneOptions options, PinLayout layout, PinLock pinLock, SharedMaps maps, bool readopted, ILogger logger, TimeProvider time)
    {
        _layout = layout;
        _pinLock = pinLock;
        _maps = maps;
        _logger = logger;
        _time = time;
        Readopted = readopted;
        _operators = new OperatorTable(layout, maps, logger, time);
        _ports = new PortTable(layout, maps, () => _operators.Images, options.AllowTcx && FeatureProbe.HasTcx, options.Loaded, logger);
        _generations = new GenerationTable(layout, maps, logger, time);
        _sets = new SubflowSetTable(maps, time);
    }

    /// <summary>Version of the structures shared with the packet programs.</summary>
    public static int AbiVersion => Limits.AbiVersion;

    /// <summary>Whether a data path was found in the pins and taken over.</summary>
    public bool Readopted { get; }

    /// <summary>Directory of the pins.</summary>
    public string PinRoot => _layout.Root;

    /// <summary>The managed NICs, by index.</summary>
    public IReadOnlyList<PortInfo> Ports => Locked(() => Describe(_ports.Ports));

    /// <summary>The ports as policies see them.</summary>
    public PolicyEnvironment Environment => Locked(() => new PolicyEnvironment(PortIndexes(), PolicyOperators(), _sets.Numbers));

    /// <summary>The policy in force; null when there is none.</summary>
    public AppliedPolicy? Applied => Locked(() => _generations.Current);

    /// <summary>The policy that was in force before; applying its text again rolls back. Null when there is none.</summary>
    public AppliedPolicy? Previous => Locked(() => _generations.Previous);

    /// <summary>Number of the newest policy: how many came into force since the data path was created.</summary>
    public uint NewestGeneration => Locked(() => _generations.Newest);

    /// <summary>Creates the data path, or takes over the one in the pins without touching it.</summary>
    /// <param name="options">Where it lives and how large it is.</param>
    /// <param name="logger">For what happens.</param>
    /// <param name="time">For time stamps.</param>
    /// <exception cref="DataPlaneException">
    /// AlreadyExists: another process manages these pins. FailedPrecondition: they are of another ABI version or damaged.
    /// Unsupported: the kernel is older than Linux 6.1.
    /// </exception>
    public static KernelDataPlane Open(DataPlaneOptions options, ILogger logger, TimeProvider time)
    {
        var layout = new PinLayout(options.PinRoot);
        PinLock pinLock = PinLock.Take(options.LockFile, layout.Root);
        SharedMaps? maps = null;
        KernelDataPlane? opened = null;
        try
        {
            KernelFeatures.CheckKernel();
            layout.Create();
            if (options.ReplaceOtherAbi)
            {
                PutOtherAbiAside(layout, logger);
            }

            bool found = AbiPin.Check(layout);
            if (!found)
            {
                // An opening that was cut short: nothing is attached before the ABI is pinned.
                layout.RemoveUnfinished();
                layout.Create();
            }

            maps = found ? SharedMaps.Open(layout) : SharedMaps.Create(layout, options);
            opened = new KernelDataPlane(options, layout, pinLock, maps, found, logger, time);
            opened._ports.Former = FormerDataPath.Find(layout);
            opened.Replaces = opened._ports.Former is not null;
            opened.Start();
            return opened;
        }
        catch (Exception failure)
        {
            opened?._ports.Former?.Dispose();
            opened?._ports.Dispose();
            opened?._operators.Dispose();
            maps?.Dispose();
            pinLock.Dispose();
            if (failure is BpfException refusal)
            {
                throw DataPlaneException.From(refusal);
            }

            throw;
        }
    }

    /// <summary>Removes a data path from its pins alone, as after a crash. No process may manage it.</summary>
    /// <param name="options">Where it lives.</param>
    /// <param name="logger">For what happens.</param>
    /// <returns>The pins that were removed; empty when there was nothing.</returns>
    /// <exception cref="DataPlaneException">AlreadyExists: another process manages these pins.</exception>
    public static IReadOnlyList<string> CleanUp(DataPlaneOptions options, ILogger logger)
    {
        var layout = new PinLayout(options.PinRoot);
        using PinLock pinLock = PinLock.Take(options.LockFile, layout.Root);
        try
        {
            return DataPathRemoval.Run(layout, logger);
        }
        catch (BpfException refusal)
        {
            throw DataPlaneException.From(refusal);
        }
    }

    /// <summary>Detaches every port and removes every pin; this object is spent afterwards.</summary>
    /// <returns>The pins that were removed.</returns>
    public IReadOnlyList<string> CleanUp()
    {
        StopEvents();
        return Locked(() =>
        {
            _ports.Former?.Dispose();
            _ports.Dispose();
            _operators.Dispose();
            _maps.Dispose();
            try
            {
                return DataPathRemoval.Run(_layout, _logger);
            }
            finally
            {
                _disposed = true;
                _pinLock.Dispose();
            }
        });
    }

    /// <summary>Attaches a NIC, in wire mode a pair. On failure nothing stays attached.</summary>
    /// <param name="request">The wish.</param>
    /// <param name="fit">
    /// Runs when the new ports are part of <see cref="Environment"/> and before a packet passes them, to fit the policy in
    /// force to them; when it fails they are not attached.
    /// </param>
    /// <returns>The new ports: one, in wire mode both.</returns>
    /// <exception cref="DataPlaneException">
    /// InvalidArgument, NotFound, AlreadyExists, FailedPrecondition (no native XDP, MTU, foreign XDP program, no Ethernet),
    /// ResourceExhausted.
    /// </exception>
    public IReadOnlyList<PortInfo> Attach(PortRequest request, Action? fit = null)
    {
        ArgumentNullException.ThrowIfNull(request);
        return Locked(() =>
        {
            IReadOnlyList<ManagedPort> attached = _ports.Attach(request, fit);
            RememberNics();
            return Describe(attached);
        });
    }

    /// <summary>Detaches a NIC, in wire mode the pair; also one that no longer exists.</summary>
    /// <param name="nic">Its name.</param>
    /// <returns>The NICs that were detached.</returns>
    /// <exception cref="DataPlaneException">NotFound: it is not attached.</exception>
    public IReadOnlyList<string> Detach(string nic) => Locked<IReadOnlyList<string>>(() =>
    {
        try
        {
            return [.. _ports.Detach(nic).Select(p => p.Record.Nic)];
        }
        finally
        {
            RememberNics();
        }
    });

    /// <summary>Reads carrier, MTU and hardware address of every NIC again; call it every second or so.</summary>
    /// <returns>The ports that changed.</returns>
    public IReadOnlyList<PortInfo> RefreshLinks() => Locked(() => Describe(_ports.Refresh()));

    /// <summary>
    /// Tells whether what reaches a port crosses the gateway's programs: their links still hold, and a frame sent through the
    /// ingress program in the kernel is counted (one more packet of the port).
    /// </summary>
    /// <param name="nic">The port.</param>
    /// <returns>What is wrong; null when nothing is, or when the port or its NIC is gone.</returns>
    /// <exception cref="DataPlaneException">The kernel does not answer.</exception>
    public string? Probe(string nic) => Locked(() => _ports.Find(nic) is { } port ? PortProbe.Run(port, _maps) : null);

    /// <summary>Puts a policy into force for all ports and hooks with one write. On failure the running one goes on.</summary>
    /// <param name="policy">Compiled for <see cref="Environment"/>, or for <paramref name="environment"/>.</param>
    /// <param name="text">What to remember of it.</param>
    /// <param name="commit">
    /// Runs once packets follow the new policy, before the old one is forgotten; when it fails they follow the old one again
    /// and its exception is thrown.
    /// </param>
    /// <param name="environment">The ports the policy is compiled for, when it names more than are attached.</param>
    /// <returns>What is in force now.</returns>
    /// <exception cref="DataPlaneException">ResourceExhausted: it does not fit. FailedPrecondition: it names a NIC that is not attached.</exception>
    public AppliedPolicy Apply(CompiledPolicy policy, PolicyText text, Action? commit = null, PolicyEnvironment? environment = null)
    {
        ArgumentNullException.ThrowIfNull(policy);
        ArgumentNullException.ThrowIfNull(text);
        return Locked(() =>
        {
            CheckOperators(policy);
            _sets.Adopt(policy.SubflowSets);
            AppliedPolicy applied = _generations.Apply(policy, text, environment?.Ports ?? PortIndexes(), commit);
            ForgetInjected();
            return applied;
        });
    }

    /// <summary>Leaves no policy in force: every packet passes.</summary>
    /// <param name="commit">As in <see cref="Apply"/>.</param>
    /// <returns>What was in force; null when nothing was.</returns>
    public AppliedPolicy? Clear(Action? commit = null) => Locked(() =>
    {
        AppliedPolicy? cleared = _generations.Clear(commit);
        ForgetInjected();
        return cleared;
    });

    /// <summary>The policy of a generation, to name the chain of an event; null when it has left the kernel.</summary>
    /// <param name="generation">Its number.</param>
    public AppliedPolicy? FindGeneration(uint generation) => Locked(() => _generations.Find(generation));

    /// <summary>Reads all counters.</summary>
    public CounterSnapshot ReadCounters() => Locked(() =>
        CounterReader.Read(_maps, _generations.Document?.Chains ?? [], _ports.Ports.Select(p => p.Record), _injected));

    /// <summary>Copies the flow tables; flows that come or go meanwhile may be missing.</summary>
    public IReadOnlyList<FlowSnapshot> ReadFlows() =>
        Locked(() => FlowReader.Read(_maps, _sets, KernelClock.Read(_time), NicOf));

    /// <summary>The ends that packets of a rewritten flow have where they go; null when the flow is not rewritten, or no longer.</summary>
    /// <param name="flow">The flow, as its initiator knows it.</param>
    public (FlowEnd Client, FlowEnd Server)? FindTranslated(FlowSnapshot flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        return Locked(() => TranslatedEnds.Find(_maps["gw_rewrites"], flow));
    }

    /// <summary>
    /// Gives add_subflow the addresses it asked for (<see cref="EventType.AddressWanted"/>); offering them again changes nothing.
    /// </summary>
    /// <param name="offer">The addresses.</param>
    /// <returns>How many found a place; a connection has eight for each direction.</returns>
    /// <exception cref="DataPlaneException">InvalidArgument: an option is no ADD_ADDR.</exception>
    public int OfferAddresses(AddressOffer offer)
    {
        ArgumentNullException.ThrowIfNull(offer);
        return Locked(() => AddressOffers.Write(_maps["gw_stored"], offer, KernelClock.Now));
    }

    /// <summary>Starts reading events on a thread of its own; one reader at a time.</summary>
    /// <param name="handler">Receives them.</param>
    /// <returns>The reader; dispose it to stop.</returns>
    /// <exception cref="DataPlaneException">FailedPrecondition: there is a reader already.</exception>
    public EventReader ReadEvents(PathEventCallback handler)
    {
        ArgumentNullException.ThrowIfNull(handler);
        return Locked(() =>
        {
            if (_events is { IsStopped: false })
            {
                throw new DataPlaneException(DataPlaneErrorKind.FailedPrecondition, "Events are being read already: dispose that reader first.");
            }

            return _events = new EventReader(_maps.Events, handler, NicOf, _logger, _time);
        });
    }

    /// <summary>Describes the loaded programs and the kernel.</summary>
    public DataPlaneDescription Describe() => Locked(() => new DataPlaneDescription(
        [.. _ports.Ports.SelectMany(port => port.Programs.Select(program => Describe(program.Info, port.Record.Nic)))],
        KernelFeatures.Read()));

    /// <summary>Closes this process' hold; the data path goes on from its pins.</summary>
    public void Dispose()
    {
        StopEvents();
        lock (_lock)
        {
            if (!_disposed)
            {
                _disposed = true;
                _ports.Former?.Dispose();
                _ports.Dispose();
                _operators.Dispose();
                _maps.Dispose();
                _pinLock.Dispose();
            }
        }
    }

    private static LoadedProgram Describe(BpfProgramInfo info, string nic) =>
        new(info.Name, nic, info.Id, info.Tag, info.VerifiedInstructions, info.JitedSize);

    private void Start()
    {
        if (Readopted)
        {
            new PinLayout(_layout.WhatIf).RemoveAll();
            bool cut = _operators.Readopt();
            _ports.Readopt();
            _generations.Readopt();
            if (cut)
            {
                Relink();
            }

            _ports.Refresh();
            RememberNics();
            DataPlaneLog.Readopted(_logger, _layout.Root, _ports.Ports.Count, _generations.Current?.Generation ?? 0);
        }
        else
        {
            AbiPin.Write(_layout.AbiVersion);
            DataPlaneLog.Created(_logger, _layout.Root);
        }
    }

    private List<PortInfo> Describe(IEnumerable<ManagedPort> ports) => [.. ports.Select(_ports.Describe)];

    private Dictionary<string, int> PortIndexes() => _ports.Ports.ToDictionary(p => p.Record.Nic, p => p.Record.Index, StringComparer.Ordinal);

    private string? NicOf(int? index) => index is int i && i >= 0 && i < Limits.MaxPorts ? _nics[i] : null;

    /// <summary>The event thread names NICs without taking the lock.</summary>
    private void RememberNics()
    {
        string?[] nics = new string?[Limits.MaxPorts];
        foreach (ManagedPort port in _ports.Ports)
        {
            nics[port.Record.Index] = port.Record.Nic;
        }

        _nics = nics;
    }

    private void StopEvents()
    {
        EventReader? reader;
        CaptureReader? captures;
        lock (_lock)
        {
            (reader, captures) = (_events, _captures);
        }

        reader?.Dispose();
        captures?.Dispose();
    }

    private T Locked<T>(Func<T> function)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
            try
            {
                return function();
            }
            catch (BpfException refusal)
            {
                throw DataPlaneException.From(refusal);
            }
        }
    }
}
