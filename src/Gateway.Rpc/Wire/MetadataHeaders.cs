namespace Gateway.Rpc;

/// <summary>Metadata as HTTP header values: text as it is, bytes as base64 without padding.</summary>
internal static class MetadataHeaders
{
    internal static string Encode(Metadata.Entry entry) =>
        entry.IsBinary ? Convert.ToBase64String(entry.ValueBytes).TrimEnd('=') : entry.Value;

    /// <summary>Adds a received header; headers of the protocol are not metadata.</summary>
    /// <exception cref="RpcException">The value of a binary key is not base64.</exception>
    internal static void AddReceived(this Metadata metadata, string name, string? value)
    {
        string key = name.ToLowerInvariant();
        if (GrpcHeaders.IsReserved(key) && key != GrpcHeaders.StatusDetails)
        {
            return;
        }

        if (!key.EndsWith(Metadata.BinaryHeaderSuffix, StringComparison.Ordinal))
        {
            metadata.Add(Metadata.Entry.Received(key, value ?? ""));
            return;
        }

        // Several values of a binary key may arrive joined by commas, which base64 does not have.
        foreach (string part in (value ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            metadata.Add(Metadata.Entry.Received(key, Decode(key, part)));
        }
    }

    private static byte[] Decode(string key, string text)
    {
        try
        {
            return Convert.FromBase64String(text.PadRight((text.Length + 3) / 4 * 4, '='));
        }
        catch (FormatException exception)
        {
            throw new RpcException(
                new Status(StatusCode.Internal, $"the value of the metadata key '{key}' is not base64"), Metadata.Empty, exception);
        }
    }
}
