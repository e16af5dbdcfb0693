using System.Globalization;

namespace Gateway.Daemon.Access;

/// <summary>Names of users and groups, from the machine's own files (passwd(5), group(5)).</summary>
internal static class SystemAccounts
{
    private const string Users = "/etc/passwd";
    private const string Groups = "/etc/group";

    /// <summary>Name of a user, or null.</summary>
    public static string? UserName(uint id) => NameOf(Users, id);

    /// <summary>Whether a user is meant by this name or number.</summary>
    public static bool IsUser(uint id, string name) => IsNamed(Users, id, name);

    /// <summary>Whether a group is meant by this name or number.</summary>
    public static bool IsGroup(uint id, string name) => IsNamed(Groups, id, name);

    private static bool IsNamed(string file, uint id, string name) =>
        uint.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out uint number)
            ? number == id
            : Entries(file).Any(entry => entry.Id == id && entry.Name == name);

    private static string? NameOf(string file, uint id) => Entries(file).FirstOrDefault(entry => entry.Id == id).Name;

    private static IEnumerable<(string Name, uint Id)> Entries(string file)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(file);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // Numbers still hold.
            yield break;
        }

        foreach (string line in lines)
        {
            if (line.Split(':') is [var name, _, var id, ..] && uint.TryParse(id, NumberStyles.None, CultureInfo.InvariantCulture, out uint number))
            {
                yield return (name, number);
            }
        }
    }
}
