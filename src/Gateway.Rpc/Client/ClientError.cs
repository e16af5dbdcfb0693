using System.Net;
using System.Net.Sockets;

namespace Gateway.Rpc;

/// <summary>What a failed connection or HTTP/2 stream means as a status (gRPC core, doc/PROTOCOL-HTTP2.md, Errors).</summary>
internal static class ClientError
{
    internal static RpcException From(Exception exception, string target)
    {
        for (Exception? cause = exception; cause is not null; cause = cause.InnerException)
        {
            switch (cause)
            {
                case RpcException rpc:
                    return rpc;
                case SocketException socket:
                    return Create(StatusCode.Unavailable, Describe(socket, target), exception);
                case HttpProtocolException http:
                    return Create(CodeOf(http.ErrorCode), $"{target} reset the call (HTTP/2 error {http.ErrorCode})", exception);
                case HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError }:
                    return Create(
                        StatusCode.Unavailable,
                        $"no TLS connection to {target}: check the certificates of both sides ({cause.InnerException?.Message ?? cause.Message})",
                        exception);
            }
        }

        return Create(StatusCode.Unavailable, $"the connection to {target} was lost: {exception.Message}", exception);
    }

    internal static StatusCode CodeOf(HttpStatusCode code) => code switch
    {
        HttpStatusCode.BadRequest => StatusCode.Internal,
        HttpStatusCode.Unauthorized => StatusCode.Unauthenticated,
        HttpStatusCode.Forbidden => StatusCode.PermissionDenied,
        HttpStatusCode.NotFound => StatusCode.Unimplemented,
        HttpStatusCode.TooManyRequests or HttpStatusCode.BadGateway
            or HttpStatusCode.ServiceUnavailable or HttpStatusCode.GatewayTimeout => StatusCode.Unavailable,
        _ => StatusCode.Unknown,
    };

    /// <summary>HTTP/2 error codes (RFC 9113, section 7) as the gRPC specification maps them.</summary>
    private static StatusCode CodeOf(long http2Error) => http2Error switch
    {
        0x7 => StatusCode.Unavailable,
        0x8 => StatusCode.Cancelled,
        0xb => StatusCode.ResourceExhausted,
        0xc => StatusCode.PermissionDenied,
        _ => StatusCode.Internal,
    };

    private static string Describe(SocketException exception, string target) => exception.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => $"nothing listens on {target}: start the server, or name the right address",
        SocketError.AddressNotAvailable or SocketError.HostNotFound => $"{target} does not exist: start the server, or name the right address",
        SocketError.AccessDenied => $"this user may not connect to {target}: ask for membership of the group that owns it",
        _ => $"no connection to {target}: {exception.Message}",
    };

    private static RpcException Create(StatusCode code, string detail, Exception cause) =>
        new(new Status(code, detail), Metadata.Empty, cause);
}
