using System.Diagnostics;
using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.Benchmarks.ControlPlane;

/// <summary>What the kernel alone takes for what an apply asks of it.</summary>
internal static class ReferenceMaps
{
    /// <summary>Seconds to write so many entries, keyed as exact IPv4 rules, into a new hash map in one batch.</summary>
    internal static unsafe double Fill(int entries)
    {
        var keys = new RuleKey4[entries];
        uint[] values = new uint[entries];
        for (int i = 0; i < entries; i++)
        {
            keys[i] = new RuleKey4 { Source = (uint)i, Destination = 1, SourcePort = 2, DestinationPort = 3 };
        }

        long start = Stopwatch.GetTimestamp();
        using (var map = BpfMap.Create(BpfMapType.Hash, "gw_bench_fill", sizeof(RuleKey4), sizeof(uint), (uint)entries))
        {
            map.UpdateBatch<RuleKey4, uint>(keys, values);
        }

        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    /// <summary>Microseconds of one write into an array, so many times.</summary>
    internal static double[] Write(int samples)
    {
        using var map = BpfMap.Create(BpfMapType.Array, "gw_bench_write", sizeof(uint), sizeof(ulong), 1);
        double[] micros = new double[samples];
        for (int i = 0; i < samples; i++)
        {
            long start = Stopwatch.GetTimestamp();
            map.Update(0u, (ulong)i);
            micros[i] = Stopwatch.GetElapsedTime(start).TotalMicroseconds;
        }

        return micros;
    }
}
