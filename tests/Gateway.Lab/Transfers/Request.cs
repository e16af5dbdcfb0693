using System.Buffers.Binary;
using System.Net.Sockets;

namespace Gateway.Lab;

internal enum RequestKind : byte
{
    Upload,
    Download,
    Echo,
}

/// <summary>
/// What a client asks of the server, at the start of each connection: magic (4), kind (1), verify (1), zero (2), id (8),
/// bytes (8), milliseconds (8); big-endian.
/// </summary>
internal readonly record struct Request(RequestKind Kind, bool Verify, ulong Id, long Bytes, long Milliseconds)
{
    private const uint Magic = 0x67776c62;
    private const int Size = 32;

    public void Send(Socket socket)
    {
        Span<byte> bytes = stackalloc byte[Size];
        bytes.Clear();
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        bytes[4] = (byte)Kind;
        bytes[5] = Verify ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteUInt64BigEndian(bytes[8..], Id);
        BinaryPrimitives.WriteInt64BigEndian(bytes[16..], Bytes);
        BinaryPrimitives.WriteInt64BigEndian(bytes[24..], Milliseconds);
        _ = socket.Send(bytes);
    }

    public static Request Receive(Socket socket)
    {
        Span<byte> bytes = stackalloc byte[Size];
        for (int have = 0; have < Size;)
        {
            int got = socket.Receive(bytes[have..]);
            have += got > 0 ? got : throw new InvalidDataException("The connection ended within its request.");
        }

        if (BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic || bytes[4] > (byte)RequestKind.Echo)
        {
            throw new InvalidDataException("The connection does not begin with a request of gateway-lab.");
        }

        return new Request(
            (RequestKind)bytes[4],
            bytes[5] != 0,
            BinaryPrimitives.ReadUInt64BigEndian(bytes[8..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[16..]),
            BinaryPrimitives.ReadInt64BigEndian(bytes[24..]));
    }
}
