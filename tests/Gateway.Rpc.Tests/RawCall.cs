using System.Net;
using Google.Protobuf;

namespace Gateway.Rpc.Tests;

/// <summary>Requests made by hand over HTTP/2, so that a test can break the protocol.</summary>
internal sealed class RawCall(Uri address) : IDisposable
{
    private readonly HttpMessageInvoker _http = new(new SocketsHttpHandler { UseProxy = false });

    internal static byte[] Frame(IMessage message) => [0, .. Length(message.CalculateSize()), .. message.ToByteArray()];

    internal static byte[] Length(int length) => [(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];

    internal static async Task<string> StatusAsync(HttpResponseMessage response)
    {
        await response.Content.CopyToAsync(Stream.Null);
        return (response.Headers.TryGetValues("grpc-status", out var values) ? values : response.TrailingHeaders.GetValues("grpc-status")).Single();
    }

    internal Task<HttpResponseMessage> SendAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri(address, path))
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionExact,
            Content = new ByteArrayContent(body),
        };
        request.Content.Headers.TryAddWithoutValidation(
            "content-type", headers.FirstOrDefault(header => header.Name == "content-type").Value ?? "application/grpc");
        request.Headers.TE.ParseAdd("trailers");
        foreach ((string name, string value) in headers.Where(header => header.Name != "content-type"))
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return _http.SendAsync(request, CancellationToken.None);
    }

    public void Dispose() => _http.Dispose();
}
