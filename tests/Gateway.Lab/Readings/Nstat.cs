using System.Text.Json;

namespace Gateway.Lab;

/// <summary>Protocol counters of a namespace at one instant, or their growth between two. Names are those of <c>nstat</c>.</summary>
public sealed class Nstat
{
    private readonly Dictionary<string, long> _values;

    private Nstat(Dictionary<string, long> values) => _values = values;

    /// <summary>A counter, for example <c>MPTcpExtMPPrioRx</c>; 0 when the kernel does not have it.</summary>
    public long this[string name] => _values.GetValueOrDefault(name);

    /// <summary>TCP segments with a wrong checksum, both families. Anything but 0 is corruption.</summary>
    public long TcpInCsumErrors => this["TcpInCsumErrors"];

    /// <summary>Segments sent again.</summary>
    public long TcpRetransSegs => this["TcpRetransSegs"];

    /// <summary>The counters that are not 0, by name.</summary>
    public IReadOnlyDictionary<string, long> NonZero => _values.Where(v => v.Value != 0).ToDictionary();

    /// <summary>The growth since an earlier reading.</summary>
    public Nstat Since(Nstat earlier) => new(_values.ToDictionary(v => v.Key, v => v.Value - earlier[v.Key]));

    internal static Nstat Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        return new Nstat(document.RootElement.GetProperty("kernel").EnumerateObject()
            .Where(p => p.Value.TryGetInt64(out _))
            .ToDictionary(p => p.Name, p => p.Value.GetInt64()));
    }
}
