using Gateway.Daemon.Access;
using Gateway.Daemon.Connections;
using Gateway.Daemon.Hosting;
using Gateway.Daemon.Policies;
using Gateway.Daemon.Support;
using Gateway.DataPlane;
using Gateway.Rpc;
using Gateway.V1;
using Google.Protobuf;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.SystemService.</summary>
internal sealed class SystemService(
    KernelDataPlane dataPlane, PolicyControl control, ConnectionTracker tracker, Doctor doctor, SupportBundle bundle,
    IServiceProvider services, IHostApplicationLifetime lifetime, TimeProvider time, RefusalCounters refusals)
    : SystemServiceBase
{
    private readonly long _started = time.GetUtcNow().UnixNanos();

    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context)
    {
        DataPlaneDescription description = ServiceErrors.Run(dataPlane.Describe);
        return Task.FromResult(new StatusResponse
        {
            Version = DaemonVersion.Text,
            AbiVersion = (uint)KernelDataPlane.AbiVersion,
            ProcessId = (uint)Environment.ProcessId,
            StartedUnixNanos = _started,
            Readopted = dataPlane.Readopted,
            Policy = dataPlane.Applied is { } applied ? PolicyMessages.Of(applied) : null,
            Ports = (uint)dataPlane.Ports.Count,
            Connections = (uint)tracker.Count,
            PinPath = dataPlane.PinRoot,
            Caller = Callers.Of(context).Name,
            Role = Callers.Of(context).Role.Name(),
            Refusals = { refusals.Read().Select(r => new RefusalCount { Reason = r.Refusal.Name(), Count = (ulong)r.Count }) },
            Kernel = File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
            Features = { description.Features.Select(f => new Feature { Name = f.Name, Available = f.Available, Effect = f.Effect }) },
            Programs =
            {
                description.Programs.Select(p => new V1.Program
                {
                    Name = p.Name,
                    Id = p.Id,
                    Tag = p.Tag,
                    VerifiedInstructions = p.VerifiedInstructions,
                    JitedBytes = p.JitedBytes,
                }),
            },
        });
    }

    /// <summary>It asks the kernel hundreds of times: not on the thread that serves the call.</summary>
    public override Task<DiagnoseResponse> Diagnose(DiagnoseRequest request, ServerCallContext context) =>
        Task.Run(() => new DiagnoseResponse { Findings = { ServiceErrors.Run(() => doctor.Run(repair: false)).Select(Of) } });

    public override Task<RepairResponse> Repair(RepairRequest request, ServerCallContext context) =>
        Task.Run(() => new RepairResponse { Findings = { ServiceErrors.Run(() => doctor.Run(repair: true)).Select(Of) } });

    public override Task SupportBundle(
        SupportBundleRequest request, IServerStreamWriter<SupportBundleChunk> responseStream, ServerCallContext context)
    {
        // The other services are made with this one.
        T Service<T>()
            where T : notnull => services.GetRequiredService<T>();
        IEnumerable<(string, Func<IMessage>)> answers =
        [
            ("status", () => Status(new StatusRequest(), context).Result),
            ("ports", () => Service<PortService>().List(new ListPortsRequest(), context).Result),
            ("counters", () => Service<TelemetryService>().Counters(new CountersRequest(), context).Result),
            ("connections", () => Service<ConnectionService>().List(new ListConnectionsRequest { IncludeClosed = true }, context).Result),
            ("ledger", () => Service<ConnectionService>().Ledger(new LedgerRequest(), context).Result),
            ("operators", () => Service<OperatorService>().List(new ListOperatorsRequest(), context).Result),
            ("findings", () => Diagnose(new DiagnoseRequest(), context).Result),
        ];
        return Task.Run(() => bundle.WriteAsync(answers, new BundleStream(responseStream), context.CancellationToken));
    }

    public override Task<CleanUpResponse> CleanUp(CleanUpRequest request, ServerCallContext context)
    {
        var response = new CleanUpResponse { Removed = { control.CleanUp() } };
        lifetime.StopApplication();
        return Task.FromResult(response);
    }

    private static V1.Finding Of(DataPlane.Finding finding) => new()
    {
        Area = finding.Area,
        Subject = finding.Subject,
        Code = finding.Code,
        Severity = (V1.Finding.Types.Severity)finding.Severity,
        Message = finding.Message,
        Advice = finding.Advice,
        Repairable = finding.Repairable,
        Repaired = finding.Repaired,
        RepairFailure = finding.RepairFailure,
    };
}
