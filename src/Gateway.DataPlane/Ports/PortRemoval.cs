using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <summary>Takes ports off their NICs and removes all that is pinned of them, whole or not.</summary>
internal static class PortRemoval
{
    /// <summary>Removes ports together: first every ingress link, so that no frame finds a half-removed wire.</summary>
    /// <returns>The first failure; null when nothing of them is left.</returns>
    internal static Exception? Run(IReadOnlyList<ManagedPort> ports, SharedMaps maps, ILogger logger)
    {
        // The steps of an undo stack run last pushed first.
        var steps = new UndoStack(logger);
        foreach (ManagedPort port in ports)
        {
            PushObjects(steps, port, maps);
        }

        foreach (ManagedPort port in ports)
        {
            PushLink(steps, port.Pins.IngressLink);
        }

        Exception? failure = steps.Run();
        foreach (ManagedPort port in ports)
        {
            port.Dispose();
        }

        return failure;
    }

    private static void PushObjects(UndoStack steps, ManagedPort port, SharedMaps maps)
    {
        PortPins pins = port.Pins;
        steps.Push($"removing {pins.Directory}", () => Directory.Delete(pins.Directory));
        foreach (string pin in (string[])[pins.Info, pins.Devmap, pins.Egress, pins.Ingress])
        {
            steps.Push($"unpinning {pin}", () => BpfFs.Unpin(pin));
        }

        steps.Push($"emptying entry {port.Record.Index} of the port table", () => maps.Ports.Update((uint)port.Record.Index, default(Port)));
        steps.Push($"taking port {port.Record.Index} out of the redirect maps", () => maps.RemoveDevice(port.Record.Index));
        foreach ((TcFilter filter, BpfProgram? program) in port.ClsactFilters)
        {
            steps.Push($"detaching {filter}", () => DetachFilter(port, filter, program));
        }

        PushLink(steps, pins.EgressLink);
    }

    private static void PushLink(UndoStack steps, string pin)
    {
        steps.Push($"unpinning {pin}", () => BpfFs.Unpin(pin));
        steps.Push($"detaching the link pinned at {pin}", () => DetachPinned(pin));
    }

    /// <summary>Detaches at once, even if something else still holds the link.</summary>
    internal static void DetachPinned(string pin)
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

    /// <summary>Interface numbers may belong to another NIC by now: only the filter that runs this program goes.</summary>
    internal static void DetachFilter(ManagedPort port, TcFilter filter, BpfProgram? program)
    {
        if (NetDevice.NameOf(port.Record.Ifindex) is { } name && (program is null ? name == port.Record.Nic : filter.ProgramId == program.Id))
        {
            filter.Detach();
        }
    }
}
