using Gateway.Bpf;

namespace Gateway.DataPlane;

/// <summary>An operator and the maps it has for itself, by their names in the linked programs.</summary>
internal sealed record LoadedOperator(OperatorRecord Record, IReadOnlyDictionary<string, BpfMap> Maps)
{
    internal OperatorInfo Info => Record.Info;

    /// <summary>Where a map of it is pinned.</summary>
    internal static string Pin(OperatorPins pins, int slot, string linkedName) =>
        pins.Map(linkedName[OperatorObject.Prefix(slot).Length..]);
}
