using System.Reflection;
using Gateway.Daemon.Access;
using Gateway.Daemon.Connections;
using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Gateway.Rpc;
using Gateway.V1;
using Microsoft.Extensions.Hosting;

namespace Gateway.Daemon.Services;

/// <summary>gateway.v1.SystemService.</summary>
internal sealed class SystemService(
    KernelDataPlane dataPlane, PolicyControl control, ConnectionTracker tracker, IHostApplicationLifetime lifetime, TimeProvider time,
    RefusalCounters refusals)
    : SystemServiceBase
{
    private static readonly string s_version =
        typeof(SystemService).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "";

    private readonly long _started = time.GetUtcNow().UnixNanos();

    public override Task<StatusResponse> Status(StatusRequest request, ServerCallContext context)
    {
        DataPlaneDescription description = ServiceErrors.Run(dataPlane.Describe);
        return Task.FromResult(new StatusResponse
        {
            Version = s_version,
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

    public override Task<CleanUpResponse> CleanUp(CleanUpRequest request, ServerCallContext context)
    {
        var response = new CleanUpResponse { Removed = { control.CleanUp() } };
        lifetime.StopApplication();
        return Task.FromResult(response);
    }
}
