using Gateway.Rpc;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Cli.Tests;

internal sealed class CannedSystem : SystemServiceBase
{
    private static Finding Detached => new()
    {
        Area = "port",
        Subject = "wan0",
        Code = "xdp-detached",
        Severity = Finding.Types.Severity.Error,
        Message = "The XDP program was detached.",
        Advice = "gatewayctl doctor --repair attaches it again.",
        Repairable = true,
    };

    private static Finding NicFacts => new()
    {
        Area = "port",
        Subject = "wan0",
        Code = "nic",
        Severity = Finding.Types.Severity.Ok,
        Message = "Driver virtio_net.",
    };

    private static Finding Generic => new()
    {
        Area = "port",
        Subject = "lan0",
        Code = "xdp-generic",
        Severity = Finding.Types.Severity.Warning,
        Message = "XDP runs in the stack.",
        Advice = "Use another NIC.",
    };

    public TaskCompletionSource StatusAsked { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Never answers, as a daemon that hangs.</summary>
    public bool Hangs { get; set; }

    public override async Task<StatusResponse> Status(StatusRequest request, ServerCallContext context)
    {
        StatusAsked.TrySetResult();
        if (Hangs)
        {
            await Task.Delay(Timeout.Infinite, context.CancellationToken);
        }

        return new StatusResponse
        {
            Version = "0.1.0",
            AbiVersion = 4,
            ProcessId = 321,
            StartedUnixNanos = 1_700_000_000_123_456_789,
            Readopted = true,
            Policy = CannedPolicies.Applied,
            Ports = 2,
            Connections = 1,
            PinPath = "/sys/fs/bpf/gateway",
            Kernel = "6.18.0",
            Caller = "alice (uid 1000)",
            Role = "operator",
            Refusals = { new RefusalCount { Reason = "NO_ROLE" }, new RefusalCount { Reason = "ROLE_TOO_LOW", Count = 3 } },
            Features =
            {
                new Feature { Name = "tcx", Available = true, Effect = "egress by TCX links" },
                new Feature { Name = "frags", Available = false, Effect = "MTU at most 3498" },
            },
            Programs = { new V1.Program { Name = "gw_ingress", Id = 77, Tag = "00112233aabbccdd", VerifiedInstructions = 123456, JitedBytes = 8192 } },
        };
    }

    public override Task<DiagnoseResponse> Diagnose(DiagnoseRequest request, ServerCallContext context) =>
        Task.FromResult(new DiagnoseResponse { Findings = { Detached, NicFacts, Generic } });

    public override Task<RepairResponse> Repair(RepairRequest request, ServerCallContext context)
    {
        Finding repaired = Detached;
        repaired.Repaired = true;
        return Task.FromResult(new RepairResponse { Findings = { repaired, NicFacts, Generic } });
    }

    public override async Task SupportBundle(SupportBundleRequest request, IServerStreamWriter<SupportBundleChunk> responseStream, ServerCallContext context)
    {
        await responseStream.WriteAsync(new SupportBundleChunk { Content = ByteString.CopyFromUtf8("bun") });
        await responseStream.WriteAsync(new SupportBundleChunk { Content = ByteString.CopyFromUtf8("dle") });
    }

    public override Task<CleanUpResponse> CleanUp(CleanUpRequest request, ServerCallContext context) =>
        Task.FromResult(new CleanUpResponse { Removed = { "link wan0 ingress", "map gw_flows" } });
}
