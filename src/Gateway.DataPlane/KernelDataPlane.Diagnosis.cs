using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <content>Whether all is as it should be.</content>
public sealed partial class KernelDataPlane
{
    /// <summary>Looks at the kernel, the ports and their NICs, the pins and the policy in force, and compares them with what this object holds.</summary>
    /// <param name="diagnosis">Takes the findings; may put things right meanwhile.</param>
    /// <exception cref="DataPlaneException">The kernel does not answer.</exception>
    public void Diagnose(Diagnosis diagnosis)
    {
        ArgumentNullException.ThrowIfNull(diagnosis);
        Locked(() =>
        {
            KernelDiagnosis.Run(diagnosis);
            foreach (ManagedPort port in _ports.Ports)
            {
                ManagedPort? peer = port.Record.Peer is int index ? _ports.Ports.FirstOrDefault(p => p.Record.Index == index) : null;
                DiagnosePort(port, peer, diagnosis);
            }

            DiagnoseGeneration(diagnosis);
            new PinDiagnosis(_layout, diagnosis).Run(_maps, _ports.Ports, _generations.Documents);
            return 0;
        });
    }

    /// <summary>Whether the pins are there at all: without them the data path ends with this process.</summary>
    public bool IsPinned => File.Exists(_layout.AbiVersion);

    /// <summary>The maps, programs and links this object holds, a line each, as bpftool would list them.</summary>
    public IReadOnlyList<string> ListObjects() => Locked<IReadOnlyList<string>>(() =>
    [
        .. _maps.All.Select(m => FormattableString.Invariant(
            $"map {m.Map.Id} {m.Name} {m.Map.Type} key {m.Map.KeySize}B value {m.Map.ValueSize}B max_entries {m.Map.MaxEntries}")),
        .. _ports.Ports.SelectMany(port => port.Programs.Select(p => FormattableString.Invariant(
            $"prog {p.Info.Id} {p.Info.Name} tag {p.Info.Tag} port {port.Record.Nic} verified {p.Info.VerifiedInstructions} jited {p.Info.JitedSize}B"))),
        .. _ports.Ports.SelectMany(port => new[] { port.IngressLink, port.EgressLink }.OfType<BpfLink>().Select(l => FormattableString.Invariant(
            $"link {l.Info.Id} {l.Info.Type} prog {l.Info.ProgramId} ifindex {l.Info.Ifindex} port {port.Record.Nic}"))),
    ]);

    private void DiagnosePort(ManagedPort port, ManagedPort? peer, Diagnosis diagnosis)
    {
        try
        {
            new PortDiagnosis(port, peer, _maps, diagnosis).Run();
        }
        catch (BpfException failure)
        {
            diagnosis.Add(new Finding(
                "port", port.Record.Nic, "unknown", FindingSeverity.Error, $"It cannot be looked at: {failure.Message}", "Try again; if it stays, restart gatewayd."));
        }
    }

    private void DiagnoseGeneration(Diagnosis diagnosis)
    {
        uint followed = _maps.Control.Lookup<uint, Control>(0u).Generation, wanted = _generations.InForce;
        if (followed != wanted)
        {
            diagnosis.Add(
                new Finding(
                    "policy", "generation", "policy-switched", FindingSeverity.Error,
                    $"Packets follow generation {followed} of the policy, not {wanted}: somebody else wrote to the map gw_control.",
                    "gatewayctl doctor --repair switches back."),
                _generations.Reassert);
            return;
        }

        diagnosis.Add(new Finding(
            "policy", "generation", "policy", FindingSeverity.Ok, wanted == 0 ? "No policy is in force." : $"Packets follow generation {wanted}, as they should."));
    }
}
