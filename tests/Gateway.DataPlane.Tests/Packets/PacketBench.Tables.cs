using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>What the programs remember: read, and changed as only time or an overflow could.</summary>
public sealed partial class PacketBench
{
    /// <summary>The only flow of both tables.</summary>
    internal Flow OnlyFlow() => Assert.Single(Flows());

    internal IReadOnlyList<Flow> Flows() =>
        [.. _maps.Flows4.ReadAll<FlowKey4, Flow>().Select(e => e.Value), .. _maps.Flows6.ReadAll<FlowKey6, Flow>().Select(e => e.Value)];

    internal delegate void FlowChange(ref Flow flow);

    /// <summary>Changes every flow: what only time could bring about.</summary>
    internal void ChangeFlows(FlowChange change)
    {
        foreach ((FlowKey4 key, Flow value) in _maps.Flows4.ReadAll<FlowKey4, Flow>())
        {
            Flow flow = value;
            change(ref flow);
            _maps.Flows4.Update(key, flow);
        }

        foreach ((FlowKey6 key, Flow value) in _maps.Flows6.ReadAll<FlowKey6, Flow>())
        {
            Flow flow = value;
            change(ref flow);
            _maps.Flows6.Update(key, flow);
        }
    }

    /// <summary>Forgets when each direction was last looked at in vain, and ages stored addresses.</summary>
    internal void AgeAddresses(TimeSpan time)
    {
        ChangeFlows((ref Flow flow) => flow.Dir[0].AddReason = flow.Dir[1].AddReason = 0);
        foreach ((StoredKey key, StoredOption value) in Stored())
        {
            StoredOption stored = value;
            stored.Tried -= stored.Tries == 0 ? 0 : (ulong)time.TotalNanoseconds;
            _maps["gw_stored"].Update(key, stored);
        }
    }

    /// <summary>Rewritten flows, an entry for each side.</summary>
    internal IReadOnlyList<KeyValuePair<RewriteKey, Rewrite>> Rewrites() => _maps["gw_rewrites"].ReadAll<RewriteKey, Rewrite>();

    /// <summary>Takes the entries of one side out, as an overflow would.</summary>
    internal void LoseRewrites(RewriteSide side)
    {
        foreach ((RewriteKey key, _) in Rewrites().Where(r => r.Value.Side == (byte)side))
        {
            _maps["gw_rewrites"].Delete(key);
        }
    }

    /// <summary>Makes rewritten flows older.</summary>
    internal void AgeRewrites(TimeSpan time)
    {
        foreach ((RewriteKey key, Rewrite value) in Rewrites())
        {
            Rewrite older = value;
            older.Seen -= Math.Min(older.Seen, (ulong)time.TotalNanoseconds);
            _maps["gw_rewrites"].Update(key, older);
        }
    }

    /// <summary>Writes a stored address.</summary>
    internal void Store(StoredKey key, StoredOption stored) => _maps["gw_stored"].Update(key, stored);

    internal IReadOnlyList<KeyValuePair<StoredKey, StoredOption>> Stored() => _maps["gw_stored"].ReadAll<StoredKey, StoredOption>();

    internal IReadOnlyList<KeyValuePair<SharedRateKey, SharedRate>> Rates() => _maps["gw_rates"].ReadAll<SharedRateKey, SharedRate>();

    /// <summary>Writes a limit that subflows share.</summary>
    internal void Share(SharedRateKey key, SharedRate rate) => _maps["gw_rates"].Update(key, rate);

    internal IReadOnlyList<KeyValuePair<ulong, Connection>> Connections() => _maps["gw_connections"].ReadAll<ulong, Connection>();

    internal IReadOnlyList<KeyValuePair<uint, ulong>> Tokens() => _maps["gw_tokens"].ReadAll<uint, ulong>();
}
