using Gateway.Bpf;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>
/// Removes everything the pins hold, whatever state or ABI version they are of: links are detached, clsact filters
/// removed, pins unlinked, so that the kernel frees the rest.
/// </summary>
internal static class DataPathRemoval
{
    internal static IReadOnlyList<string> Run(PinLayout layout, ILogger logger)
    {
        if (layout.Former is { Exists: true } former)
        {
            FormerDataPath.Remove(former);
        }

        foreach (int index in layout.PortIndexes())
        {
            PortPins pins = layout.Port(index);
            ManagedPort? port = PortAdoption.TryOpen(pins, index, out _);
            using (port)
            {
                foreach ((TcFilter filter, BpfProgram? program) in port?.ClsactFilters ?? [])
                {
                    PortRemoval.DetachFilter(port!, filter, program);
                }
            }

            PortRemoval.DetachPinned(pins.IngressLink);
            PortRemoval.DetachPinned(pins.EgressLink);
        }

        IReadOnlyList<string> removed = layout.RemoveAll();
        DataPlaneLog.CleanedUp(logger, removed.Count, layout.Root);
        return removed;
    }
}
