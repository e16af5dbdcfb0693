using System.Security.Cryptography;
using Gateway.DataPlane;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Operators;

/// <summary>
/// The custom operators on disk, so that a data path made anew (after a reboot or a clean-up) has the same ones: NAME.o each,
/// written whole or not at all.
/// </summary>
internal sealed partial class OperatorFiles
{
    private const string Ending = ".o";
    private const string Unfinished = ".new";

    private readonly string _directory;

    /// <summary>Makes the directory.</summary>
    /// <param name="state">The state directory.</param>
    /// <exception cref="IOException">It cannot be made.</exception>
    public OperatorFiles(string state)
    {
        _directory = Path.Combine(state, "operators");
        Directory.CreateDirectory(_directory);
    }

    /// <summary>Stores an object file beside the present one of that name: <see cref="Commit"/> or <see cref="Discard"/> follows.</summary>
    /// <exception cref="IOException">It cannot be stored.</exception>
    public void Prepare(string name, ReadOnlySpan<byte> elf)
    {
        using var file = new FileStream(PathOf(name) + Unfinished, FileMode.Create, FileAccess.Write);
        file.Write(elf);
        file.Flush(flushToDisk: true);
    }

    /// <summary>The prepared file is the operator's now.</summary>
    public void Commit(string name) => File.Move(PathOf(name) + Unfinished, PathOf(name), overwrite: true);

    /// <summary>Forgets the prepared file.</summary>
    public void Discard(string name) => File.Delete(PathOf(name) + Unfinished);

    /// <summary>Forgets an operator.</summary>
    public void Remove(string name) => File.Delete(PathOf(name));

    /// <summary>Brings files and data path together: one that was taken over is right, one that is new gets what the files hold.</summary>
    public void Reconcile(KernelDataPlane dataPlane, ILogger logger)
    {
        foreach (string unfinished in Directory.GetFiles(_directory, "*" + Unfinished))
        {
            File.Delete(unfinished);
        }

        Dictionary<string, OperatorInfo> loaded = dataPlane.Operators.ToDictionary(o => o.Name, StringComparer.Ordinal);
        foreach (string path in Directory.GetFiles(_directory, "*" + Ending).Order(StringComparer.Ordinal))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            if (!dataPlane.Readopted)
            {
                Load(dataPlane, name, path, logger);
            }
            else if (!loaded.ContainsKey(name))
            {
                File.Delete(path);
            }
        }

        foreach (OperatorInfo info in loaded.Values)
        {
            string path = PathOf(info.Name);
            if (!File.Exists(path) || Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(path))) != info.Sha256)
            {
                Prepare(info.Name, dataPlane.ReadOperator(info.Name).Span);
                Commit(info.Name);
            }
        }
    }

    private static void Load(KernelDataPlane dataPlane, string name, string path, ILogger logger)
    {
        try
        {
            dataPlane.LoadOperator(name, File.ReadAllBytes(path));
        }
        catch (Exception failure) when (failure is DataPlaneException or OperatorRefusedException or IOException)
        {
            LogNotLoaded(logger, name, path, failure.Message);
        }
    }

    private string PathOf(string name) => Path.Combine(_directory, name + Ending);

    [LoggerMessage(1301, LogLevel.Error, "Operator {Name} of {Path} is not loaded: {Why}")]
    private static partial void LogNotLoaded(ILogger logger, string name, string path, string why);
}
