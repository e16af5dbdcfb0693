namespace Gateway.Policy;

/// <summary>
/// Reads policy files: one YAML 1.2 document of plain mappings, lists and scalars. Never throws for bad input.
/// </summary>
public static class PolicyReader
{
    /// <summary>Default limit of the text's length in UTF-8 bytes: 64 MiB.</summary>
    public const int DefaultMaxBytes = 64 << 20;

    /// <summary>Limit for texts that <see cref="PolicyWriter"/> wrote: those of policies that came as messages may be longer.</summary>
    public const int StoredMaxBytes = 512 << 20;

    /// <summary>Reads a policy without looking at what it means: see <see cref="PolicyLoader"/> for all of it.</summary>
    /// <param name="yaml">The text.</param>
    /// <param name="maxBytes">Limit of its length in UTF-8 bytes.</param>
    public static PolicyReadResult Read(string yaml, int maxBytes = DefaultMaxBytes)
    {
        ReadDocument read = DocumentReader.Read(yaml, maxBytes);
        return new PolicyReadResult(read.Errors.Count == 0 ? read.Document : null, read.Errors);
    }
}
