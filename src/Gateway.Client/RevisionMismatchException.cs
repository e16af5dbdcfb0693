using System.Globalization;
using Gateway.Rpc;
using Google.Rpc;

namespace Gateway.Client;

/// <summary>Another revision of the policy runs than the call expects; nothing changed. Get it and decide again.</summary>
public sealed class RevisionMismatchException : Exception
{
    private const string Reason = "REVISION_MISMATCH";

    private RevisionMismatchException(ulong expected, ulong running, string runningName, RpcException innerException)
        : base(innerException.Status.Detail, innerException)
    {
        ExpectedRevision = expected;
        RunningRevision = running;
        RunningName = runningName;
    }

    /// <summary>The revision the call named; 0 when it expected none.</summary>
    public ulong ExpectedRevision { get; }

    /// <summary>The revision that runs; 0 = none.</summary>
    public ulong RunningRevision { get; }

    /// <summary>The name of the policy that runs; empty when none does.</summary>
    public string RunningName { get; }

    /// <summary>Reads the details of a refusal; null when it has another reason.</summary>
    internal static RevisionMismatchException? TryRead(RpcException refused)
    {
        if (refused.GetRpcStatus()?.GetDetail<ErrorInfo>() is not { Reason: Reason } info)
        {
            return null;
        }

        return new RevisionMismatchException(
            Number(info, "expected_revision"), Number(info, "running_revision"), Text(info, "running_name"), refused);
    }

    private static ulong Number(ErrorInfo info, string key) =>
        ulong.TryParse(Text(info, key), NumberStyles.None, CultureInfo.InvariantCulture, out ulong number) ? number : 0;

    private static string Text(ErrorInfo info, string key) => info.Metadata.TryGetValue(key, out string value) ? value : "";
}
