namespace Gateway.Policy;

/// <summary>The gateway a policy is meant for.</summary>
public sealed class PolicyEnvironment
{
    /// <summary>Port indexes run from 0 to this number, exclusive.</summary>
    public const int MaxPorts = 64;

    /// <summary>Creates an environment.</summary>
    /// <param name="ports">NIC name to port index; an index is 0-63 and used once.</param>
    /// <param name="operators">Loaded custom operators by name; null = none.</param>
    /// <exception cref="ArgumentException">An index is out of range or used twice.</exception>
    public PolicyEnvironment(IReadOnlyDictionary<string, int> ports, IReadOnlyDictionary<string, PolicyOperator>? operators = null)
    {
        Operators = new Dictionary<string, PolicyOperator>(operators ?? new Dictionary<string, PolicyOperator>(), StringComparer.Ordinal);
        Ports = new Dictionary<string, int>(ports, StringComparer.Ordinal);
        if (ports.Values.Any(index => index is < 0 or >= MaxPorts) || ports.Values.Distinct().Count() != ports.Count)
        {
            throw new ArgumentException($"Port indexes are 0-{MaxPorts - 1}, each used once.", nameof(ports));
        }
    }

    /// <summary>NIC name to port index.</summary>
    public IReadOnlyDictionary<string, int> Ports { get; }

    /// <summary>Loaded custom operators by name.</summary>
    public IReadOnlyDictionary<string, PolicyOperator> Operators { get; }
}
