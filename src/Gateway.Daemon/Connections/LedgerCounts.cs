using System.Runtime.CompilerServices;

namespace Gateway.Daemon.Connections;

/// <summary>A number for each <see cref="LedgerCount"/>.</summary>
internal struct LedgerCounts
{
    private const int Size = (int)LedgerCount.JoinsRefusedHere + 1;

    private Values _values;

    public readonly ulong this[LedgerCount count] => _values[(int)count];

    public readonly bool IsEmpty => !((ReadOnlySpan<ulong>)_values).ContainsAnyExcept(0ul);

    public void Increment(LedgerCount count) => _values[(int)count]++;

    public void Add(in LedgerCounts other)
    {
        for (int i = 0; i < Size; i++)
        {
            _values[i] += other._values[i];
        }
    }

    /// <summary>Takes others off; what is not there any more cannot be taken.</summary>
    public void Subtract(in LedgerCounts other)
    {
        for (int i = 0; i < Size; i++)
        {
            _values[i] -= Math.Min(_values[i], other._values[i]);
        }
    }

    [InlineArray(Size)]
    private struct Values
    {
        private ulong _first;
    }
}
