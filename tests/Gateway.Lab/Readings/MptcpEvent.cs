namespace Gateway.Lab;

/// <summary>A path manager event as <c>ip mptcp monitor</c> prints it.</summary>
/// <param name="Name">CREATED, ESTABLISHED, CLOSED, ANNOUNCED, REMOVED, SF_ESTABLISHED, SF_CLOSED, SF_PRIO, ...</param>
/// <param name="Fields">Its attributes by name: token, locid, remid, saddr4, daddr4, sport, dport, backup, ...</param>
public sealed record MptcpEvent(string Name, IReadOnlyDictionary<string, string> Fields)
{
    internal static MptcpEvent? Parse(string line)
    {
        int end = line.IndexOf(']', StringComparison.Ordinal);
        if (!line.StartsWith('[') || end < 0)
        {
            return null;
        }

        var fields = new Dictionary<string, string>();
        foreach (string word in line[(end + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] pair = word.Split('=', 2);
            fields[pair[0]] = pair.Length == 2 ? pair[1] : "";
        }

        return new MptcpEvent(line[1..end].Trim(), fields);
    }
}
