using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <content>Packets of the gateway's own.</content>
public sealed partial class KernelDataPlane
{
    /// <summary>Packets of the gateway's own, by counter slot of the actor: counted here, as the maps are the programs' to write.</summary>
    private readonly Dictionary<int, ulong> _injected = [];

    /// <summary>Sends a packet of the gateway's own and counts it as <see cref="Reason.Injected"/> of an actor.</summary>
    /// <param name="exit">Wire mode: the port the frame leaves by as it is. Null: the kernel routes the IP packet in it.</param>
    /// <param name="destination">Where the IP packet goes.</param>
    /// <param name="frame">Ethernet frame with every checksum whole.</param>
    /// <param name="chain">Index of the chain in the policy in force.</param>
    /// <param name="step">Place of the actor in it.</param>
    /// <exception cref="DataPlaneException">The kernel refuses it.</exception>
    public void Inject(PortInfo? exit, System.Net.IPAddress destination, ReadOnlyMemory<byte> frame, int chain, int step)
    {
        ArgumentNullException.ThrowIfNull(destination);

        // In one: who has seen the packet act finds it counted.
        Locked(() =>
        {
            if (exit is not null)
            {
                FrameInjection.Send(exit.Ifindex, frame.Span);
            }
            else
            {
                FrameInjection.Route(destination, frame.Span);
            }

            if (_generations.Document?.Chains is { } chains && chain < chains.Count && step < chains[chain].Steps.Count)
            {
                int slot = chains[chain].Steps[step].Slot;
                _injected[slot] = _injected.GetValueOrDefault(slot) + 1;
            }

            return true;
        });
    }

    /// <summary>
    /// Lets the ingress program of a port see a packet of the gateway's own as one that came in there (BPF_PROG_TEST_RUN):
    /// the flow is tracked by it. It goes nowhere.
    /// </summary>
    /// <param name="nic">The port's NIC; one that is gone sees nothing.</param>
    /// <param name="frame">Ethernet frame.</param>
    /// <exception cref="Bpf.BpfException">The kernel does not run the program.</exception>
    public void Observe(string nic, ReadOnlyMemory<byte> frame) => Locked(() => _ports.Find(nic)?.Ingress?.TestRun(frame.Span));

    /// <summary>A slot of no actor that says things by itself may become another's.</summary>
    private void ForgetInjected()
    {
        HashSet<int> kept = [.. (_generations.Document?.Chains ?? []).SelectMany(c => c.Steps).Where(s => s.Actor is "set_backup" or "close_subflow").Select(s => s.Slot)];
        foreach (int slot in _injected.Keys.Where(s => !kept.Contains(s)).ToList())
        {
            _injected.Remove(slot);
        }
    }
}
