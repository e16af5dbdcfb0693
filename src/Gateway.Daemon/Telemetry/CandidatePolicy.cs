using Gateway.Daemon.Policies;
using Gateway.Daemon.Services;
using Gateway.DataPlane;
using Gateway.Policy;
using Gateway.V1;

namespace Gateway.Daemon.Telemetry;

/// <summary>A policy that is only tried: read and checked as for an apply, and compiled so that every packet is told of.</summary>
internal static class CandidatePolicy
{
    /// <exception cref="Rpc.RpcException">INVALID_ARGUMENT: it has errors. FAILED_PRECONDITION: it cannot be tried, or another is.</exception>
    public static WhatIfRun Try(KernelDataPlane dataPlane, PolicySource? source, bool liveState)
    {
        PolicyEnvironment environment = ServiceErrors.Run(() => dataPlane.Environment);
        PolicyLoadResult loaded = PolicySources.Load(source, environment);
        PolicyDocument document = loaded.Document ?? throw ServiceErrors.InvalidPolicy(loaded.Errors);
        PolicyLoadResult told = PolicyLoader.Load(document, environment, CompilerLimits.Default, new AllSelector([]));
        CompiledPolicy compiled = told.Compiled ?? throw ServiceErrors.InvalidPolicy(told.Errors);
        return ServiceErrors.Run(() => dataPlane.TryPolicy(compiled, new PolicyText(document.Name, "", 0), liveState));
    }
}
