using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>Results of a chain's first actors for one packet, by place in the chain. A value of its own: events are not heap objects.</summary>
public readonly record struct ActorResults
{
    private readonly UInt128 _reasons;

    /// <param name="reasons">One octet for each actor (enum gw_reason); further ones than <see cref="Limits.TraceSteps"/> are left out.</param>
    public ActorResults(ReadOnlySpan<byte> reasons)
    {
        for (int i = Math.Min(reasons.Length, Limits.TraceSteps) - 1; i >= 0; i--)
        {
            _reasons = (_reasons << 8) | reasons[i];
        }
    }

    /// <summary>The result of an actor.</summary>
    /// <param name="step">Its place in the chain.</param>
    /// <returns><see cref="Reason.None"/> when it did not run, or stands too far behind to be told.</returns>
    public Reason this[int step] => step is >= 0 and < Limits.TraceSteps ? (Reason)(byte)(_reasons >> (step * 8)) : Reason.None;
}
