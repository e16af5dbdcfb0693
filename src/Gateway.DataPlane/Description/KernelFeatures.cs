using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>Asks the kernel for what the gateway uses.</summary>
internal static class KernelFeatures
{
    /// <summary>Helpers by number (enum bpf_func_id, linux/bpf.h): bpf_xdp_load_bytes of Linux 5.18, bpf_ktime_get_tai_ns of 6.1.</summary>
    private const int XdpLoadBytes = 189, KtimeGetTaiNs = 208;

    internal static IReadOnlyList<KernelFeature> Read() =>
    [
        Feature("btf", FeatureProbe.HasKernelBtf, "packet programs find the kernel's structures", "the gateway cannot run"),
        Feature("veth-checksums", VethBuffer.SkbOffset != 0, "checksums of veth frames can be probed", "checksums of veth frames must be declared"),
        Feature("tcx", FeatureProbe.HasTcx, "egress is attached by TCX links", "egress is attached by clsact filters"),
        Feature("xdp-frags", FeatureProbe.HasXdpFrags, "host ports take frames in several buffers", "ports cannot be attached in host mode"),
        Feature("ring-buffer", FeatureProbe.HasMapType(BpfMapType.RingBuffer), "events reach user space", "the gateway cannot run"),
        Feature("devmap", FeatureProbe.HasMapType(BpfMapType.Devmap), "wire mode and redirect work", "the gateway cannot run"),
    ];

    /// <summary>Refuses a kernel that cannot run the packet programs at all.</summary>
    /// <exception cref="DataPlaneException">Unsupported.</exception>
    internal static void CheckKernel()
    {
        if (!FeatureProbe.HasHelper(BpfProgramType.Xdp, XdpLoadBytes) || !FeatureProbe.HasHelper(BpfProgramType.Xdp, KtimeGetTaiNs))
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.Unsupported,
                $"This kernel ({File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}) is too old for the packet programs: use Linux 6.1 or later.");
        }
    }

    private static KernelFeature Feature(string name, bool available, string with, string without) =>
        new(name, available, available ? with : without);
}
