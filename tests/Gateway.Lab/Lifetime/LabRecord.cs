using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Gateway.Lab;

/// <summary>
/// What a lab owns, on disk before it is created, so that <c>gateway-lab clean</c> can remove it after its owner's death.
/// The start time tells the owner from a later process with the same id.
/// </summary>
internal sealed record LabRecord(string Name, int OwnerPid, long OwnerStart, IReadOnlyList<string> Namespaces)
{
    private const string Folder = "/run/gateway-lab";
    private const int StartTimeField = 22;

    [JsonIgnore]
    public bool OwnerAlive => StartOf(OwnerPid) == OwnerStart;

    private string File => Path.Combine(Folder, $"{Name}.json");

    public static LabRecord OfThisProcess(string name, IEnumerable<NetworkNamespace> spaces) =>
        new(name, Environment.ProcessId, StartOf(Environment.ProcessId) ?? 0, [.. spaces.Select(s => s.Name)]);

    public static IReadOnlyList<LabRecord> All()
    {
        if (!Directory.Exists(Folder))
        {
            return [];
        }

        var records = new List<LabRecord>();
        foreach (string file in Directory.EnumerateFiles(Folder, "*.json"))
        {
            try
            {
                if (JsonSerializer.Deserialize(System.IO.File.ReadAllText(file), LabJson.Default.LabRecord) is { } record)
                {
                    records.Add(record);
                }
            }
            catch (Exception e) when (e is FileNotFoundException or JsonException)
            {
                // Its owner removes or writes it right now.
            }
        }

        return records;
    }

    public void Save()
    {
        Directory.CreateDirectory(Folder);
        string draft = File + ".new";
        System.IO.File.WriteAllText(draft, JsonSerializer.Serialize(this, LabJson.Default.LabRecord));
        System.IO.File.Move(draft, File, overwrite: true);
    }

    public void Delete() => System.IO.File.Delete(File);

    private static long? StartOf(int pid)
    {
        try
        {
            string stat = System.IO.File.ReadAllText($"/proc/{pid}/stat");
            string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            bool zombie = fields[0] is "Z" or "X";
            return zombie ? null : long.Parse(fields[StartTimeField - 3], CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
