namespace Gateway.Cli;

/// <summary>New files that only their owner may read.</summary>
internal static class PrivateFile
{
    /// <exception cref="IOException">It exists, or cannot be made.</exception>
    internal static FileStream Create(string path)
    {
        FileStreamOptions options = new() { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        try
        {
            return new FileStream(path, options);
        }
        catch (UnauthorizedAccessException refusal)
        {
            throw new IOException(refusal.Message, refusal);
        }
    }
}
