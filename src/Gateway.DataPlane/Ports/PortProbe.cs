using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>Tells whether what reaches a port crosses the gateway's programs.</summary>
internal static class PortProbe
{
    /// <summary>Shortest Ethernet frame without its check sequence, bytes.</summary>
    private const int FrameSize = 60;

    /// <summary>No IP: it makes no flow and meets no policy (IEEE 802, local experimental EtherType 1).</summary>
    private static readonly byte[] s_frame = Frame();

    /// <summary>Looks whether the links still hold the port's programs, and sends a frame through its ingress program in the kernel.</summary>
    /// <returns>What is wrong; null when nothing is, or when the NIC is gone.</returns>
    /// <exception cref="BpfException">The kernel does not answer.</exception>
    internal static string? Run(ManagedPort port, SharedMaps maps)
    {
        PortRecord record = port.Record;
        if (port.ReadFacts() is null)
        {
            return null;
        }

        if (port.IngressLink?.Info is { } ingress && (ingress.Ifindex != record.Ifindex || ingress.ProgramId != port.Ingress!.Id))
        {
            return $"the {(record.Xdp == PortXdp.Off ? "TCX ingress" : "XDP")} link of {record.Nic} was detached or holds another program";
        }

        if (port.EgressLink?.Info is { } egress && (egress.Ifindex != record.Ifindex || egress.ProgramId != port.Egress!.Id))
        {
            return $"the TCX egress link of {record.Nic} was detached or holds another program";
        }

        foreach ((TcFilter filter, BpfProgram? program) in port.ClsactFilters)
        {
            if (filter.ProgramId != program!.Id)
            {
                return $"{filter} is gone";
            }
        }

        ulong before = Packets(record, maps);
        port.Ingress!.TestRun(s_frame);
        return Packets(record, maps) > before ? null : $"the ingress program of {record.Nic} does not count a frame that is sent through it";
    }

    private static ulong Packets(PortRecord record, SharedMaps maps)
    {
        ulong packets = 0;
        foreach (PortStats cpu in maps.PortCounters.LookupPerCpu<uint, PortStats>(((uint)record.Index * 2) + (uint)Hook.Ingress) ?? [])
        {
            packets += cpu.Packets;
        }

        return packets;
    }

    private static byte[] Frame()
    {
        byte[] frame = new byte[FrameSize];

        // Locally administered addresses, so that no host's is used; then the EtherType.
        frame[0] = 0x02;
        frame[6] = 0x02;
        (frame[12], frame[13]) = (0x88, 0xb5);
        return frame;
    }
}
