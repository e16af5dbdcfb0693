using System.Globalization;

namespace Gateway.Daemon.Policies;

/// <summary>
/// The highest revision ever used, on disk, so that revisions grow over a cleared policy and a restart.
/// Written whole or not at all.
/// </summary>
internal sealed class RevisionFile
{
    private readonly string _path;

    /// <summary>Reads the file; a directory without one begins at 0.</summary>
    /// <param name="directory">The state directory; exists.</param>
    /// <exception cref="IOException">The file cannot be read or is not a number.</exception>
    public RevisionFile(string directory)
    {
        _path = Path.Combine(directory, "policy-revision");
        if (!File.Exists(_path))
        {
            return;
        }

        string text = File.ReadAllText(_path);
        Last = ulong.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out ulong last)
            ? last
            : throw new IOException($"{_path} does not hold a number: remove it to count revisions from the running policy's.");
    }

    /// <summary>The highest revision used.</summary>
    public ulong Last { get; private set; }

    /// <summary>Takes note of a revision that is in use.</summary>
    public void AtLeast(ulong revision) => Last = Math.Max(Last, revision);

    /// <summary>Stores the next revision and gives it.</summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public ulong Next()
    {
        ulong next = Last + 1;
        string temporary = _path + ".new";
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(next.ToString(CultureInfo.InvariantCulture) + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, _path, overwrite: true);
        return Last = next;
    }
}
