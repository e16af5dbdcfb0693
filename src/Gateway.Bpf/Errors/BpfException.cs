using System.Runtime.InteropServices;
using System.Text;
using Gateway.Bpf.Native;

namespace Gateway.Bpf;

/// <summary>
/// A kernel object operation failed. The message says what was tried, the error's name, and what to do.
/// </summary>
public sealed class BpfException : Exception
{
    private const int LinesInMessage = 8;
    private const int FirstLibbpfError = 4000;

    /// <summary>Makes an exception with a message only.</summary>
    /// <param name="message">What failed and what to do.</param>
    public BpfException(string message)
        : base(message) => Operation = message;

    /// <summary>Makes an exception with a message and its cause.</summary>
    /// <param name="message">What failed and what to do.</param>
    /// <param name="innerException">The cause.</param>
    public BpfException(string message, Exception innerException)
        : base(message, innerException) => Operation = message;

    private BpfException(Errno errno, string operation, string? hint, string excerpt)
        : base(Compose(errno, operation, hint, excerpt))
    {
        Errno = errno;
        Operation = operation;
        Hint = hint;
    }

    /// <summary>The kernel's error number, positive.</summary>
    public Errno Errno { get; }

    /// <summary>What was tried.</summary>
    public string Operation { get; }

    /// <summary>What to do about it, when known.</summary>
    public string? Hint { get; }

    /// <summary>Name of the program the kernel refused, when the failure was a program's.</summary>
    public string? ProgramName { get; private init; }

    /// <summary>The verifier's complete log of <see cref="ProgramName"/>.</summary>
    public string? VerifierLog { get; private init; }

    /// <summary>Everything libbpf said during the operation.</summary>
    public string? LibbpfLog { get; private init; }

    /// <summary>Entries a batch operation completed before it failed; null for other operations.</summary>
    public int? Completed { get; private init; }

    /// <summary>Builds an exception from a negative (or positive) errno.</summary>
    internal static BpfException From(int error, string operation, string? hint = null, int? completed = null)
    {
        var errno = (Errno)Math.Abs(error);
        return new BpfException(errno, operation, hint ?? ErrorHint.For(errno), "") { Completed = completed };
    }

    /// <summary>Builds an exception from libbpf's output, finding the refused program and its verifier log.</summary>
    internal static BpfException FromOutput(int error, string operation, string output)
    {
        var errno = (Errno)Math.Abs(error);
        (string? program, string? log) = VerifierLogs.Find(output);
        string what = program is null ? operation : $"{operation}: program '{program}'";
        string excerpt = LastLines(log ?? output);
        return new BpfException(errno, what, ErrorHint.ForLoad(errno, log), excerpt)
        {
            ProgramName = program,
            VerifierLog = log,
            LibbpfLog = output,
        };
    }

    /// <summary>The errno's symbolic name and text, or libbpf's own text for its private codes.</summary>
    internal static unsafe string Describe(Errno errno)
    {
        int number = (int)errno;
        if (number >= FirstLibbpfError)
        {
            byte* text = stackalloc byte[128];
            _ = Libbpf.libbpf_strerror(number, text, 128);
            return NativeText.Read((nint)text);
        }

        string name = Enum.IsDefined(errno) ? errno.ToString() : $"errno {number}";
        return errno == Errno.ENOTSUPP ? name : $"{name} ({Marshal.GetPInvokeErrorMessage(number)})";
    }

    private static string Compose(Errno errno, string operation, string? hint, string excerpt)
    {
        var text = new StringBuilder($"{operation} failed: {Describe(errno)}.");
        if (hint is not null)
        {
            text.Append(' ').Append(hint);
        }

        if (excerpt.Length > 0)
        {
            text.Append('\n').Append(excerpt);
        }

        return text.ToString();
    }

    private static string LastLines(string log)
    {
        string[] lines = log.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return string.Join('\n', lines.TakeLast(LinesInMessage));
    }
}
