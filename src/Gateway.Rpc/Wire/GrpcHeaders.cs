using System.Buffers;

namespace Gateway.Rpc;

/// <summary>Header names and values of gRPC over HTTP/2 (gRPC core, doc/PROTOCOL-HTTP2.md).</summary>
internal static class GrpcHeaders
{
    internal const string ContentType = "application/grpc";
    internal const string Status = "grpc-status";
    internal const string Message = "grpc-message";
    internal const string StatusDetails = "grpc-status-details-bin";
    internal const string Timeout = "grpc-timeout";
    internal const string Encoding = "grpc-encoding";
    internal const string AcceptEncoding = "grpc-accept-encoding";
    internal const string Identity = "identity";
    internal const string Gzip = "gzip";
    internal const string AcceptedEncodings = "identity,gzip";

    internal static readonly SearchValues<char> KeyCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyz0123456789_.-");

    /// <summary>Whether a header (in lower case) is part of the protocol and not metadata.</summary>
    internal static bool IsReserved(string name) =>
        name.StartsWith("grpc-", StringComparison.Ordinal) || name.StartsWith(':')
        || name is "te" or "content-type" or "content-length" or "host" or "connection" or "transfer-encoding"
            or "trailer" or "upgrade" or "keep-alive" or "proxy-connection" or "date" or "server";

    /// <summary>Whether a content type is application/grpc with the protobuf message format.</summary>
    internal static bool IsGrpcContentType(string? contentType)
    {
        if (contentType is null || !contentType.StartsWith(ContentType, StringComparison.OrdinalIgnoreCase))
        {
            return false;
        }

        ReadOnlySpan<char> rest = contentType.AsSpan(ContentType.Length);
        if (rest.StartsWith("+proto", StringComparison.OrdinalIgnoreCase))
        {
            rest = rest[6..];
        }

        return rest.IsEmpty || rest[0] is ';' or ' ';
    }
}
