namespace Gateway.DataPlane;

/// <summary>A loaded custom operator.</summary>
/// <param name="Name">Its name in policies.</param>
/// <param name="Kind">What it is in a chain.</param>
/// <param name="Slot">Its place in the packet programs, 0 to <see cref="KernelDataPlane.MaxOperators"/> - 1.</param>
/// <param name="Function">The name its source gives it.</param>
/// <param name="Size">Bytes of its object file.</param>
/// <param name="Sha256">Hash of its object file, lower-case hexadecimal.</param>
/// <param name="LoadedAt">When this object was loaded.</param>
/// <param name="Maps">Names of its own maps.</param>
public sealed record OperatorInfo(
    string Name, OperatorKind Kind, int Slot, string Function, int Size, string Sha256, DateTimeOffset LoadedAt, IReadOnlyList<string> Maps);
