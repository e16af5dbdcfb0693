using System.Net.Http.Headers;

namespace Gateway.Rpc;

/// <summary>Metadata in the headers and trailers of a response.</summary>
internal static class ResponseHeaders
{
    internal static Metadata ToMetadata(HttpResponseHeaders headers)
    {
        Metadata metadata = [];
        foreach ((string name, HeaderStringValues values) in headers.NonValidated)
        {
            foreach (string value in values)
            {
                metadata.AddReceived(name, value);
            }
        }

        return metadata;
    }

    internal static string? First(HttpResponseHeaders headers, string name)
    {
        if (headers.NonValidated.TryGetValues(name, out HeaderStringValues values))
        {
            foreach (string value in values)
            {
                return value;
            }
        }

        return null;
    }
}
