using Gateway.Bpf;
using Gateway.DataPlane.Native;

namespace Gateway.DataPlane;

/// <summary>What can be refused before anything is touched: each with one sentence that says what to do.</summary>
internal static class PortPreflight
{
    /// <summary>Checks that the request makes sense in itself.</summary>
    internal static void Check(PortRequest request)
    {
        if (request.Mode == PortMode.Wire)
        {
            if (string.IsNullOrEmpty(request.Peer))
            {
                throw Refuse(DataPlaneErrorKind.InvalidArgument, $"Wire mode needs a pair: name the peer of NIC '{request.Nic}'.");
            }

            if (request.Peer == request.Nic)
            {
                throw Refuse(DataPlaneErrorKind.InvalidArgument, $"NIC '{request.Nic}' cannot be its own peer: name the NIC of the other side.");
            }
        }
        else if (!string.IsNullOrEmpty(request.Peer))
        {
            throw Refuse(DataPlaneErrorKind.InvalidArgument, $"A peer ('{request.Peer}') is for wire mode only: leave it out, or attach NIC '{request.Nic}' in wire mode.");
        }

        if (request.Xdp == PortXdp.Off)
        {
            if (request.Mode == PortMode.Wire)
            {
                throw Refuse(DataPlaneErrorKind.InvalidArgument, $"Wire mode forwards by XDP redirect: choose native or generic XDP for NIC '{request.Nic}', or host mode.");
            }

            if (request.Checksum is ChecksumMode.Complete or ChecksumMode.Partial)
            {
                throw Refuse(DataPlaneErrorKind.InvalidArgument, $"Without XDP the kernel tells of each packet what its checksum is: leave the checksum mode of NIC '{request.Nic}' out.");
            }
        }

        if (request is { Checksum: ChecksumMode.Probe, Xdp: PortXdp.Generic })
        {
            throw Refuse(
                DataPlaneErrorKind.InvalidArgument,
                $"Checksums are probed in native XDP only: choose native XDP for NIC '{request.Nic}', or declare its checksums complete or partial.");
        }
    }

    /// <summary>Checks one NIC of a request.</summary>
    /// <returns>What the kernel says of it, and its driver.</returns>
    internal static (NicFacts Facts, string? Driver) CheckNic(
        string nic, PortRequest request, IReadOnlyCollection<ManagedPort> ports, FormerDataPath? former)
    {
        NicFacts facts = NicFacts.Read(nic)
            ?? throw Refuse(DataPlaneErrorKind.NotFound, $"There is no NIC '{nic}' in this network namespace: list them with 'ip link'.");
        if (ports.FirstOrDefault(p => p.Record.Ifindex == facts.Ifindex || p.Record.Nic == nic) is { } taken)
        {
            throw Refuse(
                DataPlaneErrorKind.AlreadyExists,
                $"NIC '{nic}' is attached already as port {taken.Record.Index} in {Lower(taken.Record.Mode)} mode"
                + (taken.Record.Nic == nic ? ": detach it first." : $", under the name it had then: detach '{taken.Record.Nic}' first."));
        }

        if (facts.HardwareType != NicFacts.Ethernet)
        {
            throw Refuse(
                DataPlaneErrorKind.FailedPrecondition,
                $"NIC '{nic}' is {(facts.HardwareType == NicFacts.Loopback ? "the loopback device" : "no Ethernet device")}: attach an Ethernet NIC.");
        }

        string? driver = NetDevice.DriverOf(nic);
        if (request is { Checksum: ChecksumMode.Probe, Xdp: not PortXdp.Off } && !ChecksumDetection.IsVeth(driver))
        {
            throw Refuse(
                DataPlaneErrorKind.FailedPrecondition,
                $"Checksums can be probed on veth only, and NIC '{nic}' has driver {driver ?? "unknown"}: declare its checksums complete or partial.");
        }

        if (request is { Checksum: ChecksumMode.Probe, Xdp: not PortXdp.Off } && VethBuffer.SkbOffset == 0)
        {
            throw Refuse(
                DataPlaneErrorKind.Unsupported,
                $"This kernel does not tell whether a veth frame's checksum is partial (Linux 6.3 with BTF does): declare the checksums of NIC '{nic}' complete or partial, or attach it without XDP.");
        }

        if (request.Mode == PortMode.Wire && ChecksumDetection.Resolve(request.Checksum, driver, request.Xdp) == ChecksumMode.Unknown)
        {
            throw Refuse(
                DataPlaneErrorKind.FailedPrecondition,
                $"Whether senders behind NIC '{nic}' (driver {driver ?? "unknown"}) hand over partial checksums is not known, and a wire would lose those packets: declare its checksums complete or partial.");
        }

        if (request.Xdp != PortXdp.Off && XdpAttachment.Query(facts.Ifindex) is [XdpAttachment foreign, ..]
            && former?.Find(facts.Ifindex)?.IngressLink?.Info.ProgramId != foreign.ProgramId)
        {
            throw Refuse(
                DataPlaneErrorKind.FailedPrecondition,
                $"NIC '{nic}' already runs {Describe(foreign)}: detach it first (ip link set dev {nic} xdp off, or remove its pinned link).");
        }

        return (facts, driver);
    }

    /// <summary>The kernel's refusal of the XDP program, said in terms of the request.</summary>
    internal static DataPlaneException Explain(BpfException failure, ManagedPort port)
    {
        PortRecord record = port.Record;
        string nic = $"NIC '{record.Nic}' (driver {record.Driver ?? "unknown"})";
        return failure.Errno switch
        {
            Errno.EOPNOTSUPP when record.Xdp == PortXdp.Native => new DataPlaneException(
                DataPlaneErrorKind.FailedPrecondition, $"{nic} has no native XDP: attach it without XDP (in host mode) or with generic XDP, or use another NIC.", failure),
            Errno.ERANGE or Errno.EINVAL => new DataPlaneException(
                DataPlaneErrorKind.FailedPrecondition,
                $"{nic} refuses the XDP program with MTU {port.Facts?.Mtu}: lower the MTU (ip link set dev {record.Nic} mtu 1500){(record.Mode == PortMode.Wire ? ", or attach it in host mode" : " and turn off LRO")}.",
                failure),
            Errno.EBUSY or Errno.EEXIST => new DataPlaneException(
                DataPlaneErrorKind.FailedPrecondition, $"{nic} has just got another XDP program: detach that first.", failure),
            _ => DataPlaneException.From(failure),
        };
    }

    private static string Describe(XdpAttachment foreign)
    {
        try
        {
            using BpfProgram program = BpfProgram.OpenById(foreign.ProgramId);
            return $"the XDP program '{program.Name}' (id {foreign.ProgramId}, {Lower(foreign.Mode)})";
        }
        catch (BpfException)
        {
            return $"an XDP program (id {foreign.ProgramId})";
        }
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static DataPlaneException Refuse(DataPlaneErrorKind kind, string message) => new(kind, message);
}
