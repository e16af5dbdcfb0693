using System.Text;
using Gateway.Daemon.Access;
using Gateway.Rpc;

namespace Gateway.Daemon.Services;

/// <summary>Who changes a policy, for its history.</summary>
internal static class Caller
{
    private const int MaxAuthor = 128;
    private const int MaxComment = 1024;

    /// <summary>The name given, or the user name of the process or the name in the certificate that called.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the name is too long or has control characters.</exception>
    public static string Author(string given, ServerCallContext context)
    {
        Check("author", given, MaxAuthor);
        return given.Length > 0 ? given
            : Callers.Of(context).ShortName;
    }

    /// <summary>Where the call comes from, and over TCP whose certificate it came with.</summary>
    public static string Peer(ServerCallContext context) =>
        context.ClientCertificate is null ? context.Peer : $"{context.Peer},{Callers.Of(context).Name}";

    /// <summary>The comment as it was given.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: it is too long or has control characters.</exception>
    public static string Comment(string given)
    {
        Check("comment", given, MaxComment);
        return given;
    }

    private static void Check(string field, string text, int maxBytes)
    {
        if (Encoding.UTF8.GetByteCount(text) > maxBytes)
        {
            throw ServiceErrors.InvalidArgument(field, $"The {field} is longer than {maxBytes} bytes: shorten it.");
        }

        if (text.Any(c => char.IsControl(c) && c != '\n'))
        {
            throw ServiceErrors.InvalidArgument(field, $"The {field} has control characters: take them out.");
        }
    }
}
