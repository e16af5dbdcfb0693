using Gateway.DataPlane;

namespace Gateway.Daemon.Idle;

/// <summary>An MP_PRIO (RFC 8684 section 3.3.8).</summary>
/// <param name="Flow"><inheritdoc cref="IdleWish" path="/param[@name='Flow']"/></param>
/// <param name="FromClient"><inheritdoc cref="IdleWish" path="/param[@name='FromClient']"/></param>
/// <param name="Chain"><inheritdoc cref="IdleWish" path="/param[@name='Chain']"/></param>
/// <param name="Step"><inheritdoc cref="IdleWish" path="/param[@name='Step']"/></param>
/// <param name="Backup">Its B flag.</param>
internal sealed record PriorityWish(FlowSnapshot Flow, bool FromClient, int Chain, int Step, bool Backup)
    : IdleWish(Flow, FromClient, Chain, Step)
{
    /// <inheritdoc/>
    public override string Says => Backup ? "backup" : "regular";

    /// <inheritdoc/>
    public override int? Placed => Way.PrioPlaced == Backup ? (int)Way.PrioCount : null;
}
