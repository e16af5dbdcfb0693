using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>
/// A data path of another ABI version that was put aside. Its programs and policy run on; a port that is attached anew takes
/// over its links, each by one step of the kernel, so that every packet meets the old program or the new one.
/// </summary>
internal sealed class FormerDataPath : IDisposable
{
    private readonly PinLayout _layout;
    private readonly List<ManagedPort> _ports = [];

    private FormerDataPath(PinLayout layout, uint version)
    {
        _layout = layout;
        Version = version;
        foreach (int index in layout.PortIndexes())
        {
            if (PortAdoption.TryOpen(layout.Port(index), index, out _) is { } port)
            {
                port.Facts = port.ReadFacts();
                _ports.Add(port);
            }
        }
    }

    /// <summary>ABI version of its pins.</summary>
    internal uint Version { get; }

    internal int PortCount => _ports.Count;

    /// <summary>What has to be asked for to have its ports again, a wire pair once; a NIC that was renamed goes by its new name.</summary>
    internal IReadOnlyList<PortRequest> Requests =>
    [
        .. _ports.Where(p => p.Facts is not null && (p.Record.Peer is not int peer || p.Record.Index < peer)).Select(p => new PortRequest(p.Facts!.Name)
        {
            Mode = p.Record.Mode,
            Peer = p.Record.Peer is int peer ? _ports.Find(o => o.Record.Index == peer)?.Facts?.Name : null,
            Xdp = p.Record.Xdp,
            Checksum = p.Record.Checksum is ChecksumMode.Complete or ChecksumMode.Partial && p.Record.Xdp != PortXdp.Off ? p.Record.Checksum : ChecksumMode.Auto,
        }),
    ];

    /// <summary>What was put aside, now or by a process that did not come to the end of it; null when there is nothing.</summary>
    internal static FormerDataPath? Find(PinLayout layout) =>
        layout.Former is { Exists: true } former ? new FormerDataPath(former, AbiPin.Read(former) ?? 0) : null;

    /// <summary>Takes what is left out of the kernel. Links that were taken over stay, under their new pins.</summary>
    internal static void Remove(PinLayout former)
    {
        foreach (int index in former.PortIndexes())
        {
            PortPins pins = former.Port(index);
            using ManagedPort? port = PortAdoption.TryOpen(pins, index, out _);
            foreach ((TcFilter filter, BpfProgram? program) in port?.ClsactFilters ?? [])
            {
                if (program is not null)
                {
                    PortRemoval.DetachFilter(port!, filter, program);
                }
            }

            DetachOwn(pins.IngressLink, pins.Ingress);
            DetachOwn(pins.EgressLink, pins.Egress);
        }

        former.RemoveAll();
    }

    /// <summary>The port that has an interface now; null when none has.</summary>
    internal ManagedPort? Find(int ifindex) => _ports.Find(p => p.Record.Ifindex == ifindex);

    /// <summary>A port was taken over: what is pinned of it here holds nothing of its own any more.</summary>
    internal void Forget(ManagedPort port)
    {
        BpfFs.Unpin(port.Pins.IngressLink);
        BpfFs.Unpin(port.Pins.EgressLink);
        _ports.Remove(port);
        port.Dispose();
    }

    /// <summary>Takes what is left out of the kernel; this object is spent.</summary>
    internal void Remove()
    {
        Dispose();
        Remove(_layout);
    }

    public void Dispose()
    {
        _ports.ForEach(p => p.Dispose());
        _ports.Clear();
    }

    private static void DetachOwn(string linkPin, string programPin)
    {
        if (!File.Exists(linkPin))
        {
            return;
        }

        try
        {
            using BpfLink link = BpfLink.OpenPinned(linkPin);
            using BpfProgram program = BpfProgram.OpenPinned(programPin);
            if (link.Info.ProgramId == program.Id)
            {
                link.Detach();
            }
        }
        catch (BpfException)
        {
            // What the pins do not hold whole goes with them.
        }
    }
}
