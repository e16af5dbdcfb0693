using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Gateway.Bpf.Native;

/// <summary>
/// Collects what libbpf prints on the calling thread while it is open; without a collector the text is
/// dropped. libbpf prints on the thread that called it, so one collector per thread is exact.
/// </summary>
internal sealed unsafe class LibbpfOutput : IDisposable
{
    private const int InfoLevel = 1;

    [ThreadStatic]
    private static LibbpfOutput? _current;

    private readonly StringBuilder _text = new();
    private readonly LibbpfOutput? _outer;

    private LibbpfOutput() => _outer = _current;

    /// <summary>Starts collecting warnings and notices on this thread until disposal.</summary>
    internal static LibbpfOutput Capture() => _current = new LibbpfOutput();

    /// <summary>Everything printed so far.</summary>
    internal string Text => _text.ToString();

    public void Dispose() => _current = _outer;

    /// <summary>libbpf_print_fn_t. A va_list is passed by address on x86-64 and arm64.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    internal static int OnPrint(int level, byte* format, nint arguments)
    {
        if (level > InfoLevel || _current is not { } current)
        {
            return 0;
        }

        byte* text = null;
        int length = Libc.vasprintf(&text, format, arguments);
        if (length < 0)
        {
            return length;
        }

        try
        {
            current._text.Append(Encoding.UTF8.GetString(text, length));
        }
        catch (OutOfMemoryException)
        {
            // A message is worth less than the process; nothing may unwind into libbpf.
        }
        finally
        {
            Libc.free(text);
        }

        return length;
    }
}
