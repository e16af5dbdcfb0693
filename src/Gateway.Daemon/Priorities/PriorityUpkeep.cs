using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Gateway.Policy;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Priorities;

/// <summary>Tells idle subflows what set_backup wants of them. Costs nothing while no chain has it.</summary>
internal sealed partial class PriorityUpkeep(
    KernelDataPlane dataPlane, PolicyControl control, TimeProvider time, ILogger<PriorityUpkeep> logger)
{
    /// <summary>How often flows are looked at when nothing is outstanding: new subflows may be idle from the start.</summary>
    private static readonly TimeSpan s_calm = TimeSpan.FromSeconds(5);

    private readonly IdlePriorities _idle = new();
    private CompiledPolicy? _compiled;
    private long _looked;

    /// <summary>Called every second, by one thread.</summary>
    public void Tick()
    {
        CompiledPolicy? compiled = control.Compiled;
        bool changed = !ReferenceEquals(compiled, _compiled);
        _compiled = compiled;
        if (PriorityPolicy.Of(compiled, []) is null
            || (!changed && !_idle.Outstanding && time.GetElapsedTime(_looked) < s_calm)
            || PriorityPolicy.Of(compiled, dataPlane.Ports) is not { } policy)
        {
            return;
        }

        _looked = time.GetTimestamp();
        foreach (PriorityWish wish in _idle.Look(policy, dataPlane.ReadFlows(), time.GetUtcNow()))
        {
            Inject(policy, wish);
        }
    }

    private void Inject(PriorityPolicy policy, PriorityWish wish)
    {
        PortInfo? exit = policy.WireExit(wish.Way);
        if (PriorityFrame.Build(wish, exit is not null) is not { } frame)
        {
            // It waits for a packet to carry the option.
            _idle.Say(wish);
            return;
        }

        dataPlane.Inject(exit, wish.Receiver.Address, frame, wish.Chain, wish.Step);
        _idle.Say(wish);
        LogSaid(logger, wish.Backup ? "backup" : "regular", wish.Receiver.ToString(), wish.Sender.ToString());
    }

    [LoggerMessage(1401, LogLevel.Information, "Told {Receiver} that its idle subflow with {Sender} is {Priority}.")]
    private static partial void LogSaid(ILogger logger, string priority, string receiver, string sender);
}
