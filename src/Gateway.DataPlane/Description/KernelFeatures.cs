using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>Asks the kernel for what the gateway uses.</summary>
internal static class KernelFeatures
{
    internal static IReadOnlyList<KernelFeature> Read() =>
    [
        Feature("btf", FeatureProbe.HasKernelBtf, "checksums of veth frames can be probed", "checksums of veth frames must be declared"),
        Feature("tcx", FeatureProbe.HasTcx, "egress is attached by TCX links", "egress is attached by clsact filters"),
        Feature("xdp-frags", FeatureProbe.HasXdpFrags, "host ports take frames in several buffers", "ports cannot be attached in host mode"),
        Feature("ring-buffer", FeatureProbe.HasMapType(BpfMapType.RingBuffer), "events reach user space", "the gateway cannot run"),
        Feature("devmap", FeatureProbe.HasMapType(BpfMapType.Devmap), "wire mode and redirect work", "the gateway cannot run"),
    ];

    private static KernelFeature Feature(string name, bool available, string with, string without) =>
        new(name, available, available ? with : without);
}
