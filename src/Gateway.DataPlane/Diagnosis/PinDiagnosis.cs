using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>The pins: what this process holds must be found there by the next one.</summary>
internal sealed class PinDiagnosis(PinLayout layout, Diagnosis diagnosis)
{
    private const string Area = "pins";

    private int _whole;

    internal void Run(SharedMaps maps, IReadOnlyCollection<ManagedPort> ports, IEnumerable<GenerationDocument> documents)
    {
        if (!layout.Exists)
        {
            diagnosis.Add(
                new Finding(
                    Area, layout.Root, "pins-gone", FindingSeverity.Error,
                    "The pin directory is gone, or its bpf file system is not mounted: the data path works, and ends with this process.",
                    "Mount it again (mount -t bpf bpf /sys/fs/bpf), then: gatewayctl doctor --repair, before gatewayd ends."),
                layout.Create);
            if (!layout.Exists)
            {
                return;
            }
        }

        foreach ((string name, BpfMap map) in maps.All)
        {
            Check(layout.Map(name), () => Opened(BpfMap.OpenPinned(layout.Map(name)), m => m.Id) == map.Id, map.Pin);
        }

        foreach (ManagedPort port in ports)
        {
            Check(port);
        }

        foreach (GenerationDocument document in documents)
        {
            string path = layout.Generation(document.Generation);
            Check(path, () => GenerationDocument.Read(path).Generation == document.Generation, document.Pin);
        }

        // Last: with it, the next process trusts the rest.
        Check(layout.AbiVersion, () => AbiPin.Check(layout), AbiPin.Write);
        CheckStrangers();
        diagnosis.Add(new Finding(Area, layout.Root, "pins", FindingSeverity.Ok, $"{_whole} pins hold what this process runs."));
    }

    private static uint Opened<T>(T pinned, Func<T, uint> id)
        where T : IDisposable
    {
        using (pinned)
        {
            return id(pinned);
        }
    }

    private void Check(ManagedPort port)
    {
        PortPins pins = port.Pins;
        Check(pins.Info, () => PortRecord.Read(pins.Info) == port.Record, port.Record.Pin);
        Check(pins.Ingress, port.Ingress);
        Check(pins.Egress, port.Egress);
        Check(pins.Devmap, port.Devmap);
        Check(pins.IngressLink, port.IngressLink);
        Check(pins.EgressLink, port.EgressLink);
    }

    private void Check(string path, BpfProgram? program)
    {
        if (program is not null)
        {
            Check(path, () => Opened(BpfProgram.OpenPinned(path), p => p.Id) == program.Id, program.Pin);
        }
    }

    private void Check(string path, BpfLink? link)
    {
        if (link is not null)
        {
            Check(path, () => Opened(BpfLink.OpenPinned(path), l => l.Info.Id) == link.Info.Id, link.Pin);
        }
    }

    private void Check(string path, Func<bool> isWhole, Action<string> pin)
    {
        bool found = File.Exists(path);
        if (found && IsWhole(isWhole))
        {
            _whole++;
            return;
        }

        Add(
            found ? "pin-foreign" : "pin-missing", path,
            found ? "The pin holds another object than this process runs." : "The pin is missing: the next gatewayd would take the data path for damaged and make it anew.",
            () =>
            {
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                PinReplacement.Run(path, pin);
            });
    }

    private static bool IsWhole(Func<bool> isWhole)
    {
        try
        {
            return isWhole();
        }
        catch (Exception failure) when (failure is BpfException or InvalidDataException or DataPlaneException)
        {
            return false;
        }
    }

    private void CheckStrangers()
    {
        try
        {
            layout.CheckOwnership();
        }
        catch (DataPlaneException stranger)
        {
            diagnosis.Add(new Finding(
                Area, layout.Root, "pin-stranger", FindingSeverity.Warning, stranger.Message, "Remove it: clean-up refuses a directory that is not the gateway's alone."));
        }
    }

    private void Add(string code, string path, string message, Action cure) =>
        diagnosis.Add(new Finding(Area, path, code, FindingSeverity.Error, message, "gatewayctl doctor --repair pins it again."), cure);
}
