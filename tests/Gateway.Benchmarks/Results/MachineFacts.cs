using System.Globalization;
using System.Runtime.InteropServices;

namespace Gateway.Benchmarks.Results;

/// <summary>What was measured on.</summary>
/// <param name="Processor">Its model name.</param>
/// <param name="Processors">CPUs this process may use.</param>
/// <param name="Kernel">Kernel release and build.</param>
/// <param name="Architecture">Of the process.</param>
/// <param name="MemoryBytes">RAM.</param>
/// <param name="Jit">net.core.bpf_jit_enable.</param>
/// <param name="Runtime">The .NET runtime.</param>
/// <param name="Date">UTC day.</param>
/// <param name="LoadBefore">Load average over a minute before the first case: what else ran.</param>
internal sealed record MachineFacts(
    string Processor, int Processors, string Kernel, string Architecture, long MemoryBytes, string Jit, string Runtime, string Date, double LoadBefore)
{
    internal static MachineFacts Read(TimeProvider time) => new(
        File.ReadLines("/proc/cpuinfo").FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal))?.Split(':', 2)[1].Trim() ?? "unknown",
        Environment.ProcessorCount,
        File.ReadAllText("/proc/sys/kernel/osrelease").Trim(),
        RuntimeInformation.ProcessArchitecture.ToString(),
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes,
        File.Exists("/proc/sys/net/core/bpf_jit_enable") ? File.ReadAllText("/proc/sys/net/core/bpf_jit_enable").Trim() : "unknown",
        RuntimeInformation.FrameworkDescription,
        time.GetUtcNow().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture));
}
