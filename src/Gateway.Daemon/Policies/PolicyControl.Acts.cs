using Gateway.Daemon.Services;
using Gateway.Policy;
using Gateway.Rpc;

namespace Gateway.Daemon.Policies;

/// <summary>Acts on live subflows beside the running policy.</summary>
internal sealed partial class PolicyControl
{
    private List<SubflowAct> _acts = [];
    private int _lastAct;

    /// <summary>Subflows that are acted on.</summary>
    public IReadOnlyList<SubflowSelector> ActedOn
    {
        get
        {
            lock (_lock)
            {
                return [.. _acts.Select(a => a.Subflow)];
            }
        }
    }

    /// <summary>Acts on subflows from now on, or takes back what was done to them.</summary>
    /// <param name="subflows">The subflows.</param>
    /// <param name="actor">What to do; null takes back.</param>
    /// <exception cref="RpcException">FAILED_PRECONDITION: no policy runs. RESOURCE_EXHAUSTED: with the policy it is too large.</exception>
    public void Act(IReadOnlyCollection<SubflowSelector> subflows, Actor? actor)
    {
        lock (_lock)
        {
            if (_document is null || _dataPlane.Applied is null)
            {
                throw ServiceErrors.FailedPrecondition("No policy runs, so packets are not looked into: apply one first, such as one chain with count.");
            }

            List<SubflowAct> before = _acts;
            var acts = before.Where(a => !subflows.Contains(a.Subflow)).ToList();
            if (actor is not null)
            {
                acts.AddRange(subflows.Select(s => With(before.Find(a => a.Subflow == s) ?? new SubflowAct(++_lastAct, s, []), actor)));
            }

            if (_lastGood.Load(ActComposer.Compose(_document, acts), out _, _capture) is { Compiled: null } refused)
            {
                throw new RpcException(new Status(StatusCode.ResourceExhausted, $"{refused.Errors[0].Message} {refused.Errors[0].Hint}"));
            }

            _acts = acts;
            try
            {
                Refit();
            }
            catch
            {
                _acts = before;
                throw;
            }
        }
    }

    /// <summary>Forgets subflows that have ended.</summary>
    public void Ended(IReadOnlyCollection<SubflowSelector> subflows)
    {
        lock (_lock)
        {
            if (_acts.RemoveAll(a => subflows.Contains(a.Subflow)) > 0)
            {
                TryRefit();
            }
        }
    }

    /// <summary>One actor of a kind; what ends or announces stands alone.</summary>
    private static SubflowAct With(SubflowAct act, Actor actor) => act with
    {
        Actors = actor is CloseSubflowActor ? [actor] : ValueList.From([actor, .. act.Actors.Where(a => a.GetType() != actor.GetType() && a is not CloseSubflowActor)]),
    };
}
