using System.Runtime.InteropServices;
using System.Text;

namespace Gateway.Bpf.Native;

/// <summary>Reads C strings.</summary>
internal static unsafe class NativeText
{
    internal static string Read(nint text) => Marshal.PtrToStringUTF8(text) ?? "";

    /// <summary>Reads a name padded with zeros in a field of fixed length.</summary>
    internal static string Read(byte* field, int length)
    {
        var bytes = new ReadOnlySpan<byte>(field, length);
        int end = bytes.IndexOf((byte)0);
        return Encoding.UTF8.GetString(end < 0 ? bytes : bytes[..end]);
    }
}
