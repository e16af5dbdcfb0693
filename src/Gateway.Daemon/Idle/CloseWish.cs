using Gateway.DataPlane;
using Gateway.Policy;

namespace Gateway.Daemon.Idle;

/// <summary>A RST with MP_TCPRST (RFC 8684 section 3.6).</summary>
/// <param name="Flow"><inheritdoc cref="IdleWish" path="/param[@name='Flow']"/></param>
/// <param name="FromClient"><inheritdoc cref="IdleWish" path="/param[@name='FromClient']"/></param>
/// <param name="Chain"><inheritdoc cref="IdleWish" path="/param[@name='Chain']"/></param>
/// <param name="Step"><inheritdoc cref="IdleWish" path="/param[@name='Step']"/></param>
/// <param name="Reason">What the end is told.</param>
internal sealed record CloseWish(FlowSnapshot Flow, bool FromClient, int Chain, int Step, ResetReason Reason)
    : IdleWish(Flow, FromClient, Chain, Step)
{
    /// <inheritdoc/>
    public override string Says => "closed";

    /// <inheritdoc/>
    public override int? Placed => Way.CloseCount;
}
