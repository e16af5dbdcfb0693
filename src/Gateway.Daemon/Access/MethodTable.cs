using System.Collections.Frozen;
using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Daemon.Access;

/// <summary>Who may call which method: the one place where it is said.</summary>
internal static class MethodTable
{
    /// <summary>What a method takes that nobody entered: as much as there is.</summary>
    public static readonly MethodAccess Unknown = new(Role.Admin, Changes: true);

    /// <summary>Every method of the daemon, by its path.</summary>
    public static FrozenDictionary<string, MethodAccess> All { get; } = new Dictionary<string, MethodAccess>
    {
        [PolicyMethods.Get.FullName] = new(Role.Viewer),
        [PolicyMethods.History.FullName] = new(Role.Viewer),
        [PolicyMethods.Watch.FullName] = new(Role.Viewer),
        [PolicyMethods.Validate.FullName] = new(Role.Viewer, Large: true),
        [PolicyMethods.Diff.FullName] = new(Role.Viewer, Large: true),
        [PolicyMethods.Apply.FullName] = new(Role.Operator, Changes: true, Large: true),
        [PolicyMethods.Import.FullName] = new(Role.Operator, Changes: true, Large: true),
        [PolicyMethods.Confirm.FullName] = new(Role.Operator, Changes: true),
        [PolicyMethods.Rollback.FullName] = new(Role.Operator, Changes: true),
        [PolicyMethods.Clear.FullName] = new(Role.Operator, Changes: true),

        [PortMethods.List.FullName] = new(Role.Viewer),
        [PortMethods.Attach.FullName] = new(Role.Admin, Changes: true),
        [PortMethods.Detach.FullName] = new(Role.Admin, Changes: true),

        [OperatorMethods.List.FullName] = new(Role.Viewer),
        [OperatorMethods.Load.FullName] = new(Role.Admin, Changes: true, Large: true),
        [OperatorMethods.Unload.FullName] = new(Role.Admin, Changes: true),

        [ConnectionMethods.List.FullName] = new(Role.Viewer),
        [ConnectionMethods.Watch.FullName] = new(Role.Viewer),
        [ConnectionMethods.Ledger.FullName] = new(Role.Viewer),
        [ConnectionMethods.Act.FullName] = new(Role.Operator, Changes: true),

        [TelemetryMethods.Counters.FullName] = new(Role.Viewer),
        [TelemetryMethods.Events.FullName] = new(Role.Viewer),
        // Makes packets cost more, and shows what hosts send: written down like a change.
        [TelemetryMethods.Trace.FullName] = new(Role.Operator, Changes: true),
        [TelemetryMethods.Shadow.FullName] = new(Role.Operator, Changes: true, Large: true),
        // Changes nothing, but takes memory of the kernel.
        [TelemetryMethods.WhatIf.FullName] = new(Role.Operator, Changes: true, Large: true),

        [SystemMethods.Status.FullName] = new(Role.Viewer),
        [SystemMethods.Diagnose.FullName] = new(Role.Viewer),
        [SystemMethods.Repair.FullName] = new(Role.Admin, Changes: true),
        // Changes nothing, but takes everything away: written down like a change.
        [SystemMethods.SupportBundle.FullName] = new(Role.Admin, Changes: true),
        [SystemMethods.CleanUp.FullName] = new(Role.Admin, Changes: true),

        [HealthMethods.Check.FullName] = new(Role.Viewer),
        [HealthMethods.Watch.FullName] = new(Role.Viewer),
        ["/grpc.reflection.v1.ServerReflection/ServerReflectionInfo"] = new(Role.Viewer),
        ["/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo"] = new(Role.Viewer),
    }.ToFrozenDictionary();

    public static MethodAccess Of(string method) => All.GetValueOrDefault(method, Unknown);
}
