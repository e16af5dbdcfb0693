namespace Gateway.Policy;

/// <summary>Hints for misspelt words.</summary>
internal static class Spelling
{
    private const int WordsListed = 32;

    /// <summary>"Did you mean x?" when a known word is near, else the known words.</summary>
    public static string Hint(string word, IReadOnlyCollection<string> known)
    {
        string? nearest = null;
        int best = word.Length == 0 ? 0 : word.Length < 4 ? 2 : Math.Max(2, word.Length / 3) + 1;
        foreach (string candidate in known)
        {
            int distance = word.Length > 64 ? int.MaxValue : Distance(word, candidate);
            if (distance < best)
            {
                (nearest, best) = (candidate, distance);
            }
        }

        if (nearest is not null)
        {
            return $"Did you mean {nearest}?";
        }

        string more = known.Count > WordsListed ? ", ..." : "";
        return known.Count == 0 ? "None is known." : $"Known: {string.Join(", ", known.Take(WordsListed))}{more}.";
    }

    /// <summary>Levenshtein distance, in which a change of case is free and '-' and '_' are the same.</summary>
    private static int Distance(string a, string b)
    {
        int[] row = Enumerable.Range(0, b.Length + 1).ToArray();
        for (int i = 0; i < a.Length; i++)
        {
            int diagonal = row[0];
            row[0] = i + 1;
            for (int j = 0; j < b.Length; j++)
            {
                int substitution = diagonal + (Fold(a[i]) == Fold(b[j]) ? 0 : 1);
                diagonal = row[j + 1];
                row[j + 1] = Math.Min(substitution, Math.Min(row[j], diagonal) + 1);
            }
        }

        return row[b.Length];
    }

    private static char Fold(char c) => c == '-' ? '_' : char.ToLowerInvariant(c);
}
