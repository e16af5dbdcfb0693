using Gateway.Bpf;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;

namespace Gateway.DataPlane;

/// <summary>An attached port: its record, its kernel objects, and what was last seen of its NIC.</summary>
internal sealed class ManagedPort(PortRecord record, PortPins pins) : IDisposable
{
    private const ushort AllVlanBits = 0xfff;

    internal PortRecord Record { get; } = record;

    internal PortPins Pins { get; } = pins;

    internal BpfProgram? Ingress { get; set; }

    internal BpfProgram? Egress { get; set; }

    internal BpfProgram? Devmap { get; set; }

    internal BpfLink? IngressLink { get; set; }

    internal BpfLink? EgressLink { get; set; }

    /// <summary>Null: the NIC is gone.</summary>
    internal NicFacts? Facts { get; set; }

    /// <summary>The clsact filters of kernels without TCX, and what they run; empty where TCX has it.</summary>
    internal IEnumerable<(TcFilter Filter, BpfProgram? Program)> ClsactFilters
    {
        get
        {
            if (Record.Egress == EgressAttachment.Clsact)
            {
                yield return (Filter(TcDirection.Egress), Egress);
                if (Record.Xdp == PortXdp.Off)
                {
                    yield return (Filter(TcDirection.Ingress), Ingress);
                }
            }
        }
    }

    internal IEnumerable<BpfProgram> Programs => new[] { Ingress, Egress, Devmap }.OfType<BpfProgram>();

    /// <summary>The value of the port table.</summary>
    internal Port Entry
    {
        get
        {
            PortFlag flags = PortFlag.Present | ChecksumFlag(Record.Checksum);
            flags |= Record.Mode == PortMode.Wire ? PortFlag.Wire : 0;
            flags |= Facts is { Up: true } ? PortFlag.Up : 0;
            var entry = new Port
            {
                Ifindex = (uint)Record.Ifindex,
                Flags = (ushort)flags,
                Peer = (byte)(Record.Peer ?? Limits.NoPort),
                Mtu = (uint)(Facts?.Mtu ?? 0),
                VlanMask = Record.Mode == PortMode.Wire ? AllVlanBits : (ushort)0,
            };
            MacBytes.Write(entry.Mac[..], Facts?.Mac ?? default);
            return entry;
        }
    }

    /// <summary>
    /// Asks for the NIC. One that was renamed is still this port's: the programs hang on the interface, not on its name. One
    /// whose name another has by now is not, as policies and the configuration go by names.
    /// </summary>
    /// <returns>Null: the NIC is gone.</returns>
    internal NicFacts? ReadFacts()
    {
        if (NicFacts.Read(Record.Nic) is { } facts)
        {
            return facts.Ifindex == Record.Ifindex ? facts : null;
        }

        return NetDevice.NameOf(Record.Ifindex) is { } name && IsAttached && NicFacts.Read(name) is { } renamed && renamed.Ifindex == Record.Ifindex
            ? renamed
            : null;
    }

    /// <summary>Whether the kernel still runs what takes in frames; interface numbers may belong to another NIC by now.</summary>
    private bool IsAttached => IngressLink is { } link
        ? link.Info.Ifindex == Record.Ifindex
        : ClsactFilters.Any() && ClsactFilters.All(f => f.Filter.ProgramId == f.Program?.Id);

    /// <summary>Closes the descriptors; pinned objects stay.</summary>
    public void Dispose()
    {
        IngressLink?.Dispose();
        EgressLink?.Dispose();
        foreach (BpfProgram program in Programs)
        {
            program.Dispose();
        }
    }

    private TcFilter Filter(TcDirection direction) => new(Record.Ifindex, direction, Priority: 50, Handle: 0x6777);

    private static PortFlag ChecksumFlag(ChecksumMode mode) => mode switch
    {
        ChecksumMode.Complete => PortFlag.CsumComplete,
        ChecksumMode.Partial => PortFlag.CsumPartial,
        ChecksumMode.Probe => PortFlag.CsumVeth,
        _ => 0,
    };
}
