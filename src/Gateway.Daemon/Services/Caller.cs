using System.Globalization;
using System.Text;
using Gateway.Rpc;

namespace Gateway.Daemon.Services;

/// <summary>Who changes a policy, for its history.</summary>
internal static class Caller
{
    private const int MaxAuthor = 128;
    private const int MaxComment = 1024;
    private const string Accounts = "/etc/passwd";

    /// <summary>The name given, or the user name of the process that called.</summary>
    /// <exception cref="RpcException">INVALID_ARGUMENT: the name is too long or has control characters.</exception>
    public static string Author(string given, ServerCallContext context)
    {
        Check("author", given, MaxAuthor);
        return given.Length > 0 ? given
            : context.PeerCredentials is { } peer ? UserName(peer.UserId)
            : context.ClientCertificate?.Subject ?? "";
    }

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

    /// <summary>The name of passwd(5), or "uid N".</summary>
    private static string UserName(uint userId)
    {
        string id = userId.ToString(CultureInfo.InvariantCulture);
        try
        {
            foreach (string line in File.ReadLines(Accounts))
            {
                if (line.Split(':') is [var name, _, var user, ..] && user == id)
                {
                    return name;
                }
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            // The number says as much.
        }

        return $"uid {id}";
    }
}
