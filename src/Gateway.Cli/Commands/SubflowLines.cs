using System.Net;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>Subflows as people write them: two ends, each an address with a port.</summary>
internal static class SubflowLines
{
    internal static IEnumerable<SubflowEnds> OfWords(IReadOnlyList<string> words)
    {
        for (int i = 0; i < words.Count; i += 2)
        {
            yield return i + 1 < words.Count
                ? Of(words[i], words[i + 1], "")
                : throw new UnreadableFileException($"the end {words[i]} stands alone: write both ends of each subflow, like 10.0.0.1:4000 10.0.0.2:443");
        }
    }

    /// <summary>Lines of a file; empty ones and those that begin with # are passed over.</summary>
    internal static IEnumerable<SubflowEnds> OfFile(string path)
    {
        using TextReader reader = path == "-" ? Console.In : Open(path);
        for (int number = 1; reader.ReadLine() is { } line; number++)
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            if (words.Length == 0 || words[0].StartsWith('#'))
            {
                continue;
            }

            yield return words.Length == 2
                ? Of(words[0], words[1], $"line {number} of {path}: ")
                : throw new UnreadableFileException($"line {number} of {path}: write two ends, like 10.0.0.1:4000 10.0.0.2:443");
        }
    }

    private static SubflowEnds Of(string from, string to, string place)
    {
        (string src, uint srcPort) = End(from, place);
        (string dst, uint dstPort) = End(to, place);
        return new SubflowEnds { Src = src, SrcPort = srcPort, Dst = dst, DstPort = dstPort };
    }

    private static (string Address, uint Port) End(string text, string place) =>
        IPEndPoint.TryParse(text, out IPEndPoint? end) && end.Port > 0
            ? (end.Address.ToString(), (uint)end.Port)
            : throw new UnreadableFileException($"{place}'{text}' is no address with a port: write it like 10.0.0.1:4000 or [2001:db8::1]:4000");

    private static StreamReader Open(string path)
    {
        try
        {
            return new StreamReader(path);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException)
        {
            throw new UnreadableFileException($"cannot read {path}: {failure.Message}");
        }
    }
}
