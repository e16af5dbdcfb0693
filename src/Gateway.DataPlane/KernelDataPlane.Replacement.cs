using Gateway.DataPlane.Abi;
using Microsoft.Extensions.Logging;

namespace Gateway.DataPlane;

/// <content>
/// A data path of another ABI version, as after an upgrade or downgrade: put aside when this one is opened, it runs on; a port
/// that is attached takes over from it without a gap; what is left is removed in the end.
/// </content>
public sealed partial class KernelDataPlane
{
    /// <summary>Whether a data path of another ABI version was found: it runs until <see cref="RemoveFormer"/>.</summary>
    public bool Replaces { get; private set; }

    /// <summary>The ports of the data path that is being replaced which are not taken over yet.</summary>
    public IReadOnlyList<PortRequest> FormerPorts => Locked(() => _ports.Former?.Requests ?? []);

    /// <summary>Takes what is left of the data path that is being replaced out of the kernel.</summary>
    /// <exception cref="DataPlaneException">The kernel refuses.</exception>
    public void RemoveFormer() => Locked(() =>
    {
        if (_ports.Former is { } former)
        {
            _ports.Former = null;
            former.Remove();
            DataPlaneLog.Replaced(_logger, former.Version);
        }

        return 0;
    });

    private static void PutOtherAbiAside(PinLayout layout, ILogger logger)
    {
        if (AbiPin.Read(layout) is not uint version || version == Limits.AbiVersion)
        {
            return;
        }

        if (AbiPin.Read(layout.Former) is not null)
        {
            // That replacement was not finished either, by another version: its ports are in neither any more.
            FormerDataPath.Remove(layout.Former);
        }

        layout.PutAside();
        using FormerDataPath? former = FormerDataPath.Find(layout);
        DataPlaneLog.Replacing(logger, layout.Root, version, Limits.AbiVersion, former?.PortCount ?? 0);
        layout.Create();
    }
}
