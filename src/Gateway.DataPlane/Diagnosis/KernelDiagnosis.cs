namespace Gateway.DataPlane;

/// <summary>What the kernel can do of what the gateway uses.</summary>
internal static class KernelDiagnosis
{
    private const string Area = "kernel";

    internal static void Run(Diagnosis diagnosis)
    {
        foreach (KernelFeature feature in KernelFeatures.Read())
        {
            bool needed = feature.Name is "ring-buffer" or "devmap";
            diagnosis.Add(new Finding(
                Area, feature.Name, feature.Available ? "feature" : "feature-missing",
                feature.Available ? FindingSeverity.Ok : needed ? FindingSeverity.Error : FindingSeverity.Warning,
                $"{(feature.Available ? "There" : "Missing")}: {feature.Effect}.",
                feature.Available ? "" : feature.Name == "btf" ? "Use a kernel with CONFIG_DEBUG_INFO_BTF." : "Use Linux 6.6 or newer."));
        }

        if (Read("/proc/sys/net/core/bpf_jit_enable") is "0")
        {
            diagnosis.Add(new Finding(
                Area, "jit", "jit-off", FindingSeverity.Warning, "Packet programs are interpreted, which costs several times as much.",
                "sysctl net.core.bpf_jit_enable=1, then detach and attach the ports."));
        }
    }

    private static string? Read(string path)
    {
        try
        {
            return File.ReadAllText(path).Trim();
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
