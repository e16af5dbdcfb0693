namespace Gateway.Tests;

/// <summary>Object files of tests/Data/operators and bpf/operators, compiled with the SDK.</summary>
internal static class OperatorObjects
{
    /// <summary>Reads one.</summary>
    /// <param name="source">Name of its C file without the ending.</param>
    internal static byte[] Read(string source)
    {
        using Stream stream = typeof(OperatorObjects).Assembly.GetManifestResourceStream($"operators/{source}.o")
            ?? throw new ArgumentException($"There is no operator {source}.c.", nameof(source));
        byte[] elf = new byte[stream.Length];
        stream.ReadExactly(elf);
        return elf;
    }
}
