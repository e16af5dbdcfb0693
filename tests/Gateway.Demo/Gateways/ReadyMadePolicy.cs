using System.Text.RegularExpressions;

namespace Gateway.Demo;

/// <summary>A policy file of <c>appliance/policies</c>, with its NICs, prefixes and figures replaced as its user would.</summary>
public static class ReadyMadePolicy
{
    /// <summary>Reads the file and replaces whole words in it.</summary>
    /// <param name="name">File name without ending.</param>
    /// <param name="replacements">What to replace by what; all at once, so that a replacement is never replaced again.</param>
    /// <returns>The policy as YAML.</returns>
    /// <exception cref="ArgumentException">A word is not in the file.</exception>
    public static string Read(string name, params (string Word, string By)[] replacements)
    {
        string yaml = File.ReadAllText(Path.Combine(Folder(), $"{name}.yaml"));
        if (replacements.Length == 0)
        {
            return yaml;
        }

        Dictionary<string, string> by = replacements.ToDictionary(r => r.Word, r => r.By);
        foreach (string word in by.Keys.Where(word => !yaml.Contains(word, StringComparison.Ordinal)))
        {
            throw new ArgumentException($"{name}.yaml does not say '{word}'.", nameof(replacements));
        }

        string words = string.Join('|', by.Keys.OrderByDescending(w => w.Length).Select(Regex.Escape));
        return Regex.Replace(yaml, $@"(?<![\w.:/-])(?:{words})(?![\w/])", match => by[match.Value]);
    }

    private static string Folder()
    {
        for (DirectoryInfo? at = new(AppContext.BaseDirectory); at is not null; at = at.Parent)
        {
            if (File.Exists(Path.Combine(at.FullName, "Gateway.sln")))
            {
                return Path.Combine(at.FullName, "appliance", "policies");
            }
        }

        throw new DirectoryNotFoundException($"{AppContext.BaseDirectory} is not inside the repository: the policies are not found.");
    }
}
