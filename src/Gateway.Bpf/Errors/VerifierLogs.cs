namespace Gateway.Bpf;

/// <summary>Finds the verifier's log in libbpf's output; libbpf loads again with logging only after a failure.</summary>
internal static class VerifierLogs
{
    private const string Begin = "-- BEGIN PROG LOAD LOG --\n";
    private const string End = "-- END PROG LOAD LOG --";
    private const string Failed = "': BPF program load failed";
    private const string Subject = "prog '";

    /// <summary>The refused program's name and its log; either may be absent.</summary>
    internal static (string? Program, string? Log) Find(string output)
    {
        string? log = null;
        int begin = output.LastIndexOf(Begin, StringComparison.Ordinal);
        if (begin >= 0)
        {
            int start = begin + Begin.Length;
            int end = output.IndexOf(End, start, StringComparison.Ordinal);
            log = end < 0 ? output[start..] : output[start..end];
        }

        int failed = output.LastIndexOf(Failed, StringComparison.Ordinal);
        if (failed < 0)
        {
            return (null, log);
        }

        int subject = output.LastIndexOf(Subject, failed, StringComparison.Ordinal);
        return (subject < 0 ? null : output[(subject + Subject.Length)..failed], log);
    }
}
