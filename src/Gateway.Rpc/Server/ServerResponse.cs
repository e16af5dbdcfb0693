using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Primitives;

namespace Gateway.Rpc;

/// <summary>The HTTP/2 side of a response: its headers and the status that ends it.</summary>
internal static class ServerResponse
{
    private const int MaxMessageLength = 1024;

    /// <summary>HTTP/2 error code CANCEL (RFC 9113, section 7).</summary>
    private const int Http2Cancel = 8;

    internal static void Prepare(HttpResponse response, bool gzip)
    {
        response.StatusCode = StatusCodes.Status200OK;
        response.ContentType = GrpcHeaders.ContentType;
        response.Headers[GrpcHeaders.AcceptEncoding] = GrpcHeaders.AcceptedEncodings;
        if (gzip)
        {
            response.Headers[GrpcHeaders.Encoding] = GrpcHeaders.Gzip;
        }
    }

    internal static void Append(IHeaderDictionary headers, Metadata metadata)
    {
        foreach (Metadata.Entry entry in metadata)
        {
            headers[entry.Key] = StringValues.Concat(headers[entry.Key], MetadataHeaders.Encode(entry));
        }
    }

    /// <summary>
    /// Sends status and trailers and ends the stream; as the only header block when nothing was sent before.
    /// </summary>
    internal static async Task EndAsync(HttpResponse response, Status status, Metadata trailers)
    {
        IHeaderDictionary target;
        if (response.HasStarted)
        {
            target = response.HttpContext.Features.GetRequiredFeature<IHttpResponseTrailersFeature>().Trailers;
        }
        else
        {
            Prepare(response, gzip: false);
            target = response.Headers;
        }

        target[GrpcHeaders.Status] = ((int)status.StatusCode).ToString(CultureInfo.InvariantCulture);
        if (!string.IsNullOrEmpty(status.Detail))
        {
            target[GrpcHeaders.Message] = EncodeMessage(status.Detail);
        }

        Append(target, trailers);
        await response.CompleteAsync().ConfigureAwait(false);
    }

    /// <summary>Ends a stream on which a message was cut off.</summary>
    internal static void Reset(HttpContext context) =>
        context.Features.Get<IHttpResetFeature>()?.Reset(Http2Cancel);

    /// <summary>Clients refuse long trailers, so a long message is cut.</summary>
    private static string EncodeMessage(string detail)
    {
        string encoded = PercentEncoding.Encode(detail);
        return encoded.Length <= MaxMessageLength * 3
            ? encoded
            : PercentEncoding.Encode(string.Concat(detail.AsSpan(0, Math.Min(detail.Length, MaxMessageLength)), "…"));
    }
}
