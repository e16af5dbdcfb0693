using System.Diagnostics.Metrics;
using Gateway.Daemon.Connections;
using Gateway.Daemon.Hosting;
using Gateway.Daemon.Telemetry;
using Gateway.V1;
using Hook = Gateway.DataPlane.Abi.Hook;
using ReasonCount = Gateway.DataPlane.ReasonCount;
using Tag = System.Collections.Generic.KeyValuePair<string, object?>;

namespace Gateway.Daemon.Metrics;

/// <summary>
/// The gateway's instruments, with OpenTelemetry names and UCUM units. All are read when somebody collects them, from the
/// per-CPU maps of the packet programs: packets never pay for them.
/// </summary>
internal sealed class GatewayMeter : IDisposable
{
    public const string Name = "Gateway.Daemon";

    private const string Packets = "{packet}";
    private const string Bytes = "By";

    private static readonly string[] s_reasons = ReasonNames();

    private readonly Meter _meter = new(Name);
    private readonly MetricReadings _readings;

    public GatewayMeter(
        MetricReadings readings, ConnectionTracker tracker, MptcpLedger ledger, EventFeed events, ConfiguredPorts ports, TimeProvider time)
    {
        _readings = readings;
        AddPorts(ports);
        AddChains();
        AddPolicy();
        Counter("gateway.events.lost", "{event}", "Events of the packet programs that found no room in the ring buffer.", r => [new((long)r.Counters.EventsLost)]);
        _meter.CreateObservableCounter("gateway.events.received", () => events.Received, "{event}", "Events taken from the ring buffer.");
        _meter.CreateObservableUpDownCounter("gateway.connections", () => (long)tracker.Count, "{connection}", "MPTCP connections that have not ended.");
        _meter.CreateObservableCounter(
            "gateway.connections.refused", () => tracker.Refused, "{connection}", "MPTCP connections that are not tracked because there are too many.");
        AddLedger(ledger);
        AddProcess(time);
    }

    /// <summary>Whether an instrument is one of these.</summary>
    public bool Owns(Instrument instrument) => instrument.Meter == _meter;

    public void Dispose() => _meter.Dispose();

    private static string[] ReasonNames()
    {
        const string prefix = "REASON_";
        Google.Protobuf.Reflection.EnumDescriptor reasons = ReasonReflection.Descriptor.FindTypeByName<Google.Protobuf.Reflection.EnumDescriptor>("Reason");
        string[] names = new string[reasons.Values.Max(v => v.Number) + 1];
        foreach (Google.Protobuf.Reflection.EnumValueDescriptor value in reasons.Values)
        {
            names[value.Number] = value.Name[prefix.Length..].ToLowerInvariant();
        }

        return names;
    }

    private static Tag Reason(ReasonCount count) => new("gateway.reason", s_reasons[(int)count.Reason]);

    private static Tag Nic(string nic) => new("network.interface.name", nic);

    private static Tag HookOf(Hook hook) => new("gateway.hook", hook == Hook.Ingress ? "ingress" : "egress");

    private static Tag Chain(string chain) => new("gateway.chain.name", chain);

    private void AddPorts(ConfiguredPorts configured)
    {
        Counter("gateway.port.packets", Packets, "Frames that a hook of a port saw.", r => r.Counters.Ports.Select(
            p => new Measurement<long>((long)p.Packets, Nic(p.Nic), HookOf(p.Hook))));
        Counter("gateway.port.io", Bytes, "Bytes of the frames that a hook of a port saw.", r => r.Counters.Ports.Select(
            p => new Measurement<long>((long)p.Bytes, Nic(p.Nic), HookOf(p.Hook))));
        Counter("gateway.port.outcomes", Packets, "Frames by what became of them at a hook of a port, by reason.", r => r.Counters.Ports.SelectMany(
            p => p.Reasons.Select(c => new Measurement<long>((long)c.Packets, Nic(p.Nic), HookOf(p.Hook), Reason(c)))));
        Gauge("gateway.port.up", null, "Whether a port's NIC exists, is up and has carrier: 1 or 0.", r => r.Ports.Select(
            p => new Measurement<long>(p is { Up: true, Gone: false } ? 1 : 0, Nic(p.Nic))));
        _meter.CreateObservableUpDownCounter(
            "gateway.ports.missing", () => (long)configured.Missing.Count, "{port}", "Configured ports that are not attached.");
    }

    private void AddChains()
    {
        Counter("gateway.chain.packets", Packets, "Packets that a chain of the policy ran on.", r => r.Counters.Chains.Select(
            c => new Measurement<long>((long)c.Packets, Chain(c.Chain))));
        Counter("gateway.chain.io", Bytes, "Frame bytes of the packets that a chain ran on.", r => r.Counters.Chains.Select(
            c => new Measurement<long>((long)c.Bytes, Chain(c.Chain))));
        Counter("gateway.actor.outcomes", Packets, "Packets by what an actor of a chain made of them, by reason.", r => r.Counters.Chains.SelectMany(
            c => c.Actors.SelectMany(a => a.Reasons.Select(n => new Measurement<long>(
                (long)n.Packets, Chain(c.Chain), new Tag("gateway.actor.step", a.Step), new Tag("gateway.actor.name", a.Actor), Reason(n))))));
    }

    private void AddPolicy()
    {
        Gauge("gateway.policy.revision", null, "Revision of the policy in force; 0 = none.", r => [new((long)(r.Policy?.Text.Revision ?? 0))]);
        Gauge("gateway.policy.chains", "{chain}", "Chains of the policy in force.", r => [new(r.Policy?.Chains.Count ?? 0)]);
        Counter(
            "gateway.policy.generations", "{generation}", "Times that a policy came into force since the data path was created.", r => [new(r.Generations)]);
    }

    /// <summary>Totals: by prefix it would be a series for each network that talks.</summary>
    private void AddLedger(MptcpLedger ledger)
    {
        _meter.CreateObservableCounter(
            "gateway.mptcp.handshakes",
            () => ledger.Totals().Select(t => new Measurement<long>(
                (long)t.Count, new Tag("gateway.mptcp.handshake", t.Handshake), new Tag("gateway.mptcp.outcome", t.Outcome))),
            "{handshake}",
            "MPTCP handshakes of connections and joins that began, and what became of them.");
        _meter.CreateObservableCounter(
            "gateway.mptcp.ledger.evicted", () => ledger.Evicted, "{entry}", "Entries of the MPTCP ledger that gave way to newer ones.");
    }

    /// <summary>The names are those of the OpenTelemetry semantic conventions.</summary>
    private void AddProcess(TimeProvider time)
    {
        long started = time.GetTimestamp();
        _meter.CreateObservableGauge("process.uptime", () => time.GetElapsedTime(started).TotalSeconds, "s", "Time since the daemon started.");
        _meter.CreateObservableUpDownCounter("process.memory.usage", () => Environment.WorkingSet, Bytes, "Physical memory that the daemon uses.");
        _meter.CreateObservableCounter("process.cpu.time", () => Environment.CpuUsage.TotalTime.TotalSeconds, "s", "Processor time that the daemon used.");
    }

    private void Counter(string name, string? unit, string description, Func<MetricReading, IEnumerable<Measurement<long>>> observe) =>
        _meter.CreateObservableCounter(name, () => Observe(observe), unit, description);

    private void Gauge(string name, string? unit, string description, Func<MetricReading, IEnumerable<Measurement<long>>> observe) =>
        _meter.CreateObservableGauge(name, () => Observe(observe), unit, description);

    private IEnumerable<Measurement<long>> Observe(Func<MetricReading, IEnumerable<Measurement<long>>> observe) =>
        _readings.Take() is { } reading ? observe(reading) : [];
}
