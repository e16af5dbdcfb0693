using System.Collections.Concurrent;

namespace Gateway.Daemon.Access;

/// <summary>What each caller has asked for, by <see cref="CallerIdentity.Name"/>.</summary>
internal sealed class CallerUses(CallLimits limits, TimeProvider time)
{
    /// <summary>Callers that are remembered before those who ask for nothing are forgotten.</summary>
    private const int Remembered = 4096;

    private readonly ConcurrentDictionary<string, CallerUse> _uses = new(StringComparer.Ordinal);

    public CallerUse Of(string name)
    {
        if (_uses.TryGetValue(name, out CallerUse? use))
        {
            return use;
        }

        if (_uses.Count >= Remembered)
        {
            foreach ((string other, CallerUse its) in _uses)
            {
                if (its.Idle)
                {
                    _uses.TryRemove(other, out _);
                }
            }
        }

        return _uses.GetOrAdd(name, _ => new CallerUse(limits, time));
    }
}
