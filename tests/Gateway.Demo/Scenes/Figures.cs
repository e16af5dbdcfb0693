using System.Text.Json.Nodes;

namespace Gateway.Demo;

/// <summary>Named figures of a scene, in the order they were measured.</summary>
public sealed class Figures
{
    private readonly JsonObject _values = [];

    /// <summary>All figures.</summary>
    public JsonObject Values => _values;

    /// <summary>Adds a rate in Mbit/s, rounded to two decimals.</summary>
    public Figures Rate(string name, double mbps)
    {
        _values[name] = Math.Round(mbps, 2);
        return this;
    }

    /// <summary>Adds several rates in Mbit/s.</summary>
    public Figures Rates(string name, IEnumerable<double> mbps)
    {
        _values[name] = new JsonArray([.. mbps.Select(rate => (JsonNode)Math.Round(rate, 2))]);
        return this;
    }

    /// <summary>Adds a count.</summary>
    public Figures Count(string name, long count)
    {
        _values[name] = count;
        return this;
    }

    /// <summary>Adds a yes or no.</summary>
    public Figures Flag(string name, bool value)
    {
        _values[name] = value;
        return this;
    }
}
