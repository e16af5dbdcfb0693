using Gateway.Policy;

namespace Gateway.DataPlane.Native;

/// <summary>Hardware addresses as the wire has them.</summary>
internal static class MacBytes
{
    internal const int Size = 6;

    internal static void Write(Span<byte> to, MacAddress address)
    {
        for (int i = 0; i < Size; i++)
        {
            to[i] = (byte)(address.Value >> (8 * (Size - 1 - i)));
        }
    }
}
