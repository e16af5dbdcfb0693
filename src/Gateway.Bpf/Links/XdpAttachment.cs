using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>Which XDP program an interface runs, however it was attached.</summary>
/// <param name="ProgramId">The program's kernel-wide id.</param>
/// <param name="Mode">Where it runs.</param>
public sealed record XdpAttachment(uint ProgramId, XdpMode Mode)
{
    /// <summary>Asks the kernel, in the calling thread's network namespace.</summary>
    /// <param name="ifindex">The interface.</param>
    /// <returns>The attachments, hardware and native before generic; empty when there is none.</returns>
    /// <exception cref="BpfException">No such interface, or the kernel refused.</exception>
    public static unsafe IReadOnlyList<XdpAttachment> Query(int ifindex)
    {
        using LibbpfOutput output = LibbpfOutput.Capture();
        var options = new BpfXdpQueryOpts { Size = (nuint)sizeof(BpfXdpQueryOpts) };
        int error = Libbpf.bpf_xdp_query(ifindex, 0, &options);
        if (error < 0)
        {
            throw BpfException.From(error, $"Asking for the XDP program of interface {NetDevice.Describe(ifindex)}");
        }

        // A driver's and a generic program can be attached at once; each mode has its own field.
        var found = new List<XdpAttachment>();
        AddIf(found, options.HardwareProgramId, XdpMode.Hardware);
        AddIf(found, options.NativeProgramId, XdpMode.Native);
        AddIf(found, options.GenericProgramId, XdpMode.Generic);
        return found;
    }

    private static void AddIf(List<XdpAttachment> found, uint id, XdpMode mode)
    {
        if (id != 0)
        {
            found.Add(new XdpAttachment(id, mode));
        }
    }
}
