using System.Net;
using System.Net.Sockets;
using Google.Protobuf;

namespace Gateway.Rpc.Tests;

/// <summary>Requests made by hand over HTTP/2, so that a test can break the protocol.</summary>
internal sealed class RawCall : IDisposable
{
    private readonly Uri _address;
    private readonly HttpMessageInvoker _http;
    private NetworkStream? _connection;

    internal RawCall(Uri address)
    {
        _address = address;
        _http = new HttpMessageInvoker(new SocketsHttpHandler
        {
            UseProxy = false,
            ConnectCallback = async (context, cancellationToken) =>
            {
                Socket socket = new(SocketType.Stream, ProtocolType.Tcp);
                await socket.ConnectAsync(context.DnsEndPoint, cancellationToken);
                return _connection = new NetworkStream(socket, ownsSocket: true);
            },
        });
    }

    internal static byte[] Frame(IMessage message) => [0, .. Length(message.CalculateSize()), .. message.ToByteArray()];

    internal static byte[] Length(int length) => [(byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length];

    internal static async Task<string> StatusAsync(HttpResponseMessage response)
    {
        await response.Content.CopyToAsync(Stream.Null);
        return (response.Headers.TryGetValues("grpc-status", out var values) ? values : response.TrailingHeaders.GetValues("grpc-status")).Single();
    }

    internal Task<HttpResponseMessage> SendAsync(string path, byte[] body, params (string Name, string Value)[] headers)
    {
        HttpRequestMessage request = new(HttpMethod.Post, new Uri(_address, path))
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

    /// <summary>Closes the connection under the calls.</summary>
    internal void Cut() => _connection!.Dispose();

    public void Dispose() => _http.Dispose();
}
