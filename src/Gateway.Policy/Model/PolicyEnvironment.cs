namespace Gateway.Policy;

/// <summary>The gateway a policy is meant for.</summary>
public sealed class PolicyEnvironment
{
    /// <summary>Port indexes run from 0 to this number, exclusive.</summary>
    public const int MaxPorts = 64;

    /// <summary>Numbers of sets run from 0 to this number, exclusive.</summary>
    public const int MaxSubflowSets = 64;

    /// <summary>Creates an environment.</summary>
    /// <param name="ports">NIC name to port index; an index is 0-63 and used once.</param>
    /// <param name="operators">Loaded custom operators by name; null = none.</param>
    /// <param name="sets">Known sets of subflows, name to number, each 0-63; null = none.</param>
    /// <exception cref="ArgumentException">An index is out of range or used twice.</exception>
    public PolicyEnvironment(
        IReadOnlyDictionary<string, int> ports, IReadOnlyDictionary<string, PolicyOperator>? operators = null,
        IReadOnlyDictionary<string, int>? sets = null)
    {
        SubflowSets = new Dictionary<string, int>(sets ?? new Dictionary<string, int>(), StringComparer.Ordinal);
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

    /// <summary>Known sets of subflows, name to number.</summary>
    public IReadOnlyDictionary<string, int> SubflowSets { get; }

    /// <summary>The same with more sets; those that are not known get the lowest free numbers, in order.</summary>
    /// <returns>Null when there are more than <see cref="MaxSubflowSets"/> then.</returns>
    internal PolicyEnvironment? With(IEnumerable<string> sets)
    {
        var numbers = new Dictionary<string, int>(SubflowSets, StringComparer.Ordinal);
        foreach (string set in sets.Where(set => !numbers.ContainsKey(set)).Distinct(StringComparer.Ordinal).ToArray())
        {
            int free = Enumerable.Range(0, MaxSubflowSets + 1).First(number => !numbers.ContainsValue(number));
            if (free == MaxSubflowSets)
            {
                return null;
            }

            numbers.Add(set, free);
        }

        return numbers.Count == SubflowSets.Count ? this : new PolicyEnvironment(Ports, Operators, numbers);
    }
}
