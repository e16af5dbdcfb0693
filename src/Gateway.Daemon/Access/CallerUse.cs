namespace Gateway.Daemon.Access;

/// <summary>What one caller has asked for. Safe for concurrent use.</summary>
internal sealed class CallerUse(CallLimits limits, TimeProvider time)
{
    /// <summary>Refusals of one caller that are written to the audit log, in a second and at once.</summary>
    private const int AuditedRefusals = 10, AuditedAtOnce = 50;

    private readonly TokenBucket _refusals = new(AuditedRefusals, AuditedAtOnce, time);
    private int _calls;
    private int _largeCalls;
    private long _unaudited;

    public TokenBucket Requests { get; } = new(limits.RequestsPerSecond, 2.0 * limits.RequestsPerSecond, time);

    /// <summary>Whether forgetting it changes nothing.</summary>
    public bool Idle => Volatile.Read(ref _calls) == 0 && Volatile.Read(ref _unaudited) == 0 && Requests.Full;

    /// <summary>Begins a call, unless there are too many.</summary>
    public bool TryEnter(bool large)
    {
        if (Interlocked.Increment(ref _calls) <= limits.Calls)
        {
            if (!large || Interlocked.Increment(ref _largeCalls) <= CallLimits.LargeCalls)
            {
                return true;
            }

            Interlocked.Decrement(ref _largeCalls);
        }

        Interlocked.Decrement(ref _calls);
        return false;
    }

    public void Leave(bool large)
    {
        if (large)
        {
            Interlocked.Decrement(ref _largeCalls);
        }

        Interlocked.Decrement(ref _calls);
    }

    /// <summary>Whether a refusal is to be written to the audit log, and how many before it were not.</summary>
    public bool TryAudit(out long unaudited)
    {
        unaudited = 0;
        if (!_refusals.TryTake(out _))
        {
            Interlocked.Increment(ref _unaudited);
            return false;
        }

        unaudited = Interlocked.Exchange(ref _unaudited, 0);
        return true;
    }
}
