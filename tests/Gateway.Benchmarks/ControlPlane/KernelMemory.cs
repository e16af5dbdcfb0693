using System.Diagnostics;
using System.Text.Json;
using Gateway.Bpf;

namespace Gateway.Benchmarks.ControlPlane;

/// <summary>What the maps of a gateway take in the kernel.</summary>
internal static class KernelMemory
{
    /// <summary>Sum of <c>bytes_memlock</c> of every map below a directory of pins, and of those inside maps of maps.</summary>
    internal static async Task<long> ReadAsync(string pins)
    {
        var ids = new HashSet<uint>();
        foreach (string path in Directory.EnumerateFiles(pins, "*", SearchOption.AllDirectories))
        {
            try
            {
                using BpfMap map = BpfMap.OpenPinned(path);
                ids.Add(map.Id);
                if (map.Type is BpfMapType.ArrayOfMaps)
                {
                    byte[] inner = new byte[sizeof(uint)];
                    for (uint slot = 0; slot < map.MaxEntries; slot++)
                    {
                        if (map.TryLookup(BitConverter.GetBytes(slot), inner))
                        {
                            ids.Add(BitConverter.ToUInt32(inner));
                        }
                    }
                }
            }
            catch (BpfException)
            {
                // A program or a link.
            }
        }

        using var tool = Process.Start(new ProcessStartInfo("bpftool", ["-j", "map", "show"]) { RedirectStandardOutput = true })!;
        using JsonDocument maps = await JsonDocument.ParseAsync(tool.StandardOutput.BaseStream).ConfigureAwait(false);
        await tool.WaitForExitAsync().ConfigureAwait(false);
        return maps.RootElement.EnumerateArray().Where(m => ids.Contains(m.GetProperty("id").GetUInt32())).Sum(m => m.GetProperty("bytes_memlock").GetInt64());
    }
}
