using System.Text;
using Microsoft.Win32.SafeHandles;

namespace Gateway.Cli;

/// <summary>The process's standard output as text.</summary>
internal static class StandardOutput
{
    private const int StandardOutputDescriptor = 1;

    internal static TextWriter Open() => new StreamWriter(OpenStream(), new UTF8Encoding(false), 16 * 1024) { AutoFlush = true };

    /// <summary>The console's stream hides that nobody reads a pipe any more, and a stream of events would never end.</summary>
    private static Stream OpenStream()
    {
        FileStream stream = new(new SafeFileHandle(StandardOutputDescriptor, ownsHandle: false), FileAccess.Write, bufferSize: 0);
        return stream.CanSeek ? Console.OpenStandardOutput() : stream;
    }
}
