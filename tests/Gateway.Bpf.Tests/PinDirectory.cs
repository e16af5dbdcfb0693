namespace Gateway.Bpf.Tests;

/// <summary>A fresh directory in the bpf file system, removed with everything in it.</summary>
internal sealed class PinDirectory : IDisposable
{
    private readonly string _path = Path.Combine(BpfFs.DefaultPath, $"gwbpf-{Guid.NewGuid():N}");

    internal PinDirectory()
    {
        BpfFs.Mount();
        Directory.CreateDirectory(_path);
    }

    internal string this[string name] => Path.Combine(_path, name);

    public void Dispose()
    {
        foreach (string pin in Directory.GetFileSystemEntries(_path))
        {
            BpfFs.Unpin(pin);
        }

        Directory.Delete(_path);
    }
}
