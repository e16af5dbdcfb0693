using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Gateway.DataPlane.Abi;
using Gateway.Policy;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Idle;

/// <summary>Tells the ends of idle subflows what the policy wants of them. Costs nothing while no chain does.</summary>
internal sealed partial class IdleUpkeep(
    KernelDataPlane dataPlane, PolicyControl control, TimeProvider time, ILogger<IdleUpkeep> logger)
{
    /// <summary>How often flows are looked at when nothing is outstanding: new subflows may be idle from the start.</summary>
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(5);

    private readonly IdleSubflows _idle = new();
    private CompiledPolicy? _compiled;
    private long _looked;

    /// <summary>Called every second, by one thread.</summary>
    public void Tick()
    {
        CompiledPolicy? compiled = control.Compiled;
        bool changed = !ReferenceEquals(compiled, _compiled);
        _compiled = compiled;
        if (IdlePolicy.Of(compiled, []) is null
            || (!changed && !_idle.Outstanding && time.GetElapsedTime(_looked) < s_calm)
            || IdlePolicy.Of(compiled, dataPlane.Ports) is not { } policy)
        {
            return;
        }

        _looked = time.GetTimestamp();
        DateTimeOffset now = time.GetUtcNow();
        IReadOnlyList<IdleWish> due = _idle.Look(policy, dataPlane.ReadFlows(), now);
        foreach (IdleWish wish in due)
        {
            Inject(policy, wish);
        }

        foreach (CloseWish close in due.OfType<CloseWish>().DistinctBy(w => w.Flow).Where(w => !policy.Of(w.Flow, now).Any(_idle.IsUnsaid)))
        {
            End(close);
        }
    }

    private void Inject(IdlePolicy policy, IdleWish wish)
    {
        PortInfo? exit = policy.WireExit(wish.Way);
        if (EndsBeyond(wish) is not var (sender, receiver) || IdleFrame.Build(wish, sender, receiver, exit is not null) is not { } frame)
        {
            // It waits for a packet to carry the option.
            _idle.Say(wish);
            return;
        }

        dataPlane.Inject(exit, receiver.Address, frame, wish.Chain, wish.Step);
        _idle.Say(wish);
        LogSaid(logger, wish.Says, wish.Receiver.ToString(), wish.Sender.ToString());
    }

    /// <summary>Sender and receiver as packets have them beyond the gateway; null when a rewritten flow's are forgotten.</summary>
    private (FlowEnd Sender, FlowEnd Receiver)? EndsBeyond(IdleWish wish) =>
        wish.FromClient && (wish.Flow.Flags & FlowFlag.Rewritten) != 0 ? dataPlane.FindTranslated(wish.Flow) : (wish.Sender, wish.Receiver);

    /// <summary>The packet programs do not meet what is sent beside them: they are shown that the subflow has ended.</summary>
    private void End(CloseWish wish)
    {
        if (wish.Way.IngressNic is { } nic && IdleFrame.Build(wish, wish.Sender, wish.Receiver, onWire: false) is { } frame)
        {
            dataPlane.Observe(nic, frame);
        }
    }

    [LoggerMessage(1401, LogLevel.Information, "Told {Receiver} that its idle subflow with {Sender} is {State}.")]
    private static partial void LogSaid(ILogger logger, string state, string receiver, string sender);
}
