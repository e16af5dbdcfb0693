using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>Copies what the running gateway knows to the maps a candidate policy is tried on.</summary>
internal static class LiveState
{
    /// <summary>Port entries and redirect targets. Frames of a test run have whole checksums, whatever the NIC's senders do.</summary>
    internal static void CopyPorts(SharedMaps from, SharedMaps to, IEnumerable<PortRecord> ports)
    {
        const PortFlag Checksums = PortFlag.CsumPartial | PortFlag.CsumVeth | PortFlag.CsumComplete;
        foreach (PortRecord record in ports)
        {
            Port port = from.Ports.Lookup<uint, Port>((uint)record.Index);
            port.Flags = (ushort)(((PortFlag)port.Flags & ~Checksums) | PortFlag.CsumComplete);
            to.Ports.Update((uint)record.Index, port);
            if (port.Ifindex != 0)
            {
                // A test run transmits nothing.
                to.Transmit(frags: false).UpdateDevice((uint)record.Index, port.Ifindex);
            }
        }
    }

    /// <summary>Flows, connections, tokens, stored addresses and rewritten flows; as many as there is room for.</summary>
    internal static void CopyFlows(SharedMaps from, SharedMaps to)
    {
        CopyFlows<FlowKey4>(from.Flows4, to.Flows4);
        CopyFlows<FlowKey6>(from.Flows6, to.Flows6);
        Copy<uint, ulong>(from, to, "gw_flow_filter");
        Copy<uint, ulong>(from, to, "gw_tokens");
        Copy<ulong, Connection>(from, to, "gw_connections");
        Copy<StoredKey, StoredOption>(from, to, "gw_stored");
        Copy<RewriteKey, Rewrite>(from, to, "gw_rewrites");
        Copy<uint, RewriteFilter>(from, to, "gw_rewrite_filter");
        Copy<SharedRateKey, SharedRate>(from, to, "gw_rates");
    }

    private static void CopyFlows<TKey>(BpfMap from, BpfMap to)
        where TKey : unmanaged
    {
        foreach ((TKey key, Flow value) in from.ReadAll<TKey, Flow>())
        {
            // Generations are numbered anew: what a flow matched by an old number would be mistaken for the candidate's.
            Flow flow = value;
            flow.Class = default;
            to.Update(key, flow);
        }
    }

    private static void Copy<TKey, TValue>(SharedMaps from, SharedMaps to, string map)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        IReadOnlyList<KeyValuePair<TKey, TValue>> all = from[map].ReadAll<TKey, TValue>();
        if (all.Count > 0)
        {
            to[map].UpdateBatch<TKey, TValue>(all.Select(e => e.Key).ToArray(), all.Select(e => e.Value).ToArray());
        }
    }
}
