namespace Gateway.DataPlane;

/// <summary>The pins of one operator's slot.</summary>
/// <param name="Directory">Its directory.</param>
internal readonly record struct OperatorPins(string Directory)
{
    internal string Record => Path.Combine(Directory, "record");

    internal string Maps => Path.Combine(Directory, "maps");

    internal string Map(string name) => Path.Combine(Maps, name);
}
