using Gateway.Bpf;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>The pinned ABI version: an array map whose one value is the number. It is pinned when all else is there.</summary>
internal static class AbiPin
{
    internal static void Write(string path)
    {
        using BpfMap map = BpfMap.Create(BpfMapType.Array, "gw_abi", sizeof(uint), sizeof(uint), 1);
        map.Update(0u, (uint)Limits.AbiVersion);
        map.Freeze();
        map.Pin(path);
    }

    /// <summary>The version of the pins; null when none is pinned, 0 when what is pinned is no version.</summary>
    internal static uint? Read(PinLayout layout)
    {
        if (!File.Exists(layout.AbiVersion))
        {
            return null;
        }

        using BpfMap map = BpfMap.OpenPinned(layout.AbiVersion);
        return map is { Type: BpfMapType.Array, KeySize: sizeof(uint), ValueSize: sizeof(uint) } ? map.Lookup<uint, uint>(0u) : 0;
    }

    /// <summary>Whether the pins are whole and of this build's version.</summary>
    /// <returns>False when no version is pinned.</returns>
    /// <exception cref="DataPlaneException">FailedPrecondition: they are of another version.</exception>
    internal static bool Check(PinLayout layout)
    {
        if (Read(layout) is not uint version)
        {
            return false;
        }

        return version == Limits.AbiVersion ? true : throw new DataPlaneException(
            DataPlaneErrorKind.FailedPrecondition,
            $"The data path in {layout.Root} has ABI version {version} and this gatewayd speaks {Limits.AbiVersion}: run 'gatewayd --cleanup' "
            + "(traffic then passes without policy) and start again, or start the gatewayd that made it.");
    }
}
