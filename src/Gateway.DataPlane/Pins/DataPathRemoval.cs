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
        foreach (int index in layout.PortIndexes())
        {
            PortPins pins = layout.Port(index);
            ManagedPort? port = PortAdoption.TryOpen(pins, index, out _);
            using (port)
            {
                if (port is { Record.Egress: EgressAttachment.Clsact })
                {
                    PortRemoval.DetachFilter(port);
                }
            }

            Detach(pins.IngressLink);
            Detach(pins.EgressLink);
        }

        IReadOnlyList<string> removed = layout.RemoveAll();
        DataPlaneLog.CleanedUp(logger, removed.Count, layout.Root);
        return removed;
    }

    /// <summary>Detaches at once, even if another process still holds the link.</summary>
    private static void Detach(string pin)
    {
        if (!File.Exists(pin))
        {
            return;
        }

        try
        {
            using BpfLink link = BpfLink.OpenPinned(pin);
            link.Detach();
        }
        catch (BpfException failure) when (failure.Errno is Errno.EINVAL or Errno.ENOLINK or Errno.EOPNOTSUPP)
        {
            // Something else is pinned there, or the NIC is gone: unpinning is all there is to do.
        }
    }
}
