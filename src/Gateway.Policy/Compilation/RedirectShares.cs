namespace Gateway.Policy;

/// <summary>How a weighted spread deals subflows.</summary>
public static class RedirectShares
{
    /// <summary>Places a sequence can have.</summary>
    public const int MaxPlaces = 16;

    /// <summary>
    /// The order in which subflows are dealt: indexes of the actor's NICs, each as often as its weight divided by what all
    /// weights have in common, interleaved evenly.
    /// </summary>
    public static IReadOnlyList<int> Sequence(RedirectActor redirect)
    {
        ArgumentNullException.ThrowIfNull(redirect);
        int[] weights = redirect.Weights.Count == 0 ? [.. Enumerable.Repeat(1, redirect.Ports.Count)] : [.. redirect.Weights];
        int common = weights.Aggregate(0, Gcd);
        int[] shares = [.. weights.Select(weight => weight / Math.Max(common, 1))];
        int total = shares.Sum();
        int[] credit = new int[shares.Length];
        var sequence = new List<int>(total);
        // Smooth weighted round robin: each turn everyone earns its share and the richest pays for the turn.
        while (sequence.Count < total)
        {
            for (int i = 0; i < shares.Length; i++)
            {
                credit[i] += shares[i];
            }

            int richest = Array.IndexOf(credit, credit.Max());
            credit[richest] -= total;
            sequence.Add(richest);
        }

        return sequence;
    }

    private static int Gcd(int a, int b) => b == 0 ? a : Gcd(b, a % b);
}
