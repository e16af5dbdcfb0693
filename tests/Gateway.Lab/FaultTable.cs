using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using System.Text;

namespace Gateway.Lab;

/// <summary>
/// The table of faults: a test that has shown what is promised writes its row, in the directory that GATEWAY_FAULTS names;
/// run.sh puts the rows together and compares them with tests/FAULTS.md.
/// </summary>
public static class FaultTable
{
    /// <summary>Writes a row; call it when the test has shown everything.</summary>
    /// <param name="fault">What went wrong.</param>
    /// <param name="promise">What the gateway does then.</param>
    /// <param name="test">The test.</param>
    /// <param name="file">Its file.</param>
    public static void Withstood(string fault, string promise, [CallerMemberName] string test = "", [CallerFilePath] string file = "")
    {
        if (Environment.GetEnvironmentVariable("GATEWAY_FAULTS") is not { Length: > 0 } directory)
        {
            return;
        }

        Directory.CreateDirectory(directory);
        string row = $"| {fault} | {promise} | `{Path.GetFileNameWithoutExtension(file)}.{test}` |";

        // One row for all cases of a theory, whichever writes it.
        string name = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(row)))[..16];
        File.WriteAllText(Path.Combine(directory, name), row + "\n");
    }
}
