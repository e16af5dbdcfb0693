namespace Gateway.Daemon.Hosting;

/// <summary>Decides when it is worth a pause to give memory back. Not thread-safe.</summary>
internal sealed class MemorySlack
{
    /// <summary>Bytes: a smaller heap is no burden to anyone.</summary>
    internal const long Much = 256 << 20;

    /// <summary>Bytes that a daemon with nothing large in hand allocates between two looks at most.</summary>
    internal const long Calm = 4 << 20;

    private long _before;
    private long _atReturn;

    /// <summary>To be asked at equal intervals. Where it says yes memory is given back.</summary>
    /// <param name="allocated">Bytes allocated since the process began.</param>
    /// <param name="committed">Bytes the heap took at the last collection.</param>
    public bool IsDue(long allocated, long committed)
    {
        bool calm = allocated - _before <= Calm;
        _before = allocated;
        if (!calm || committed < Much || allocated - _atReturn < Much)
        {
            return false;
        }

        _atReturn = allocated;
        return true;
    }
}
