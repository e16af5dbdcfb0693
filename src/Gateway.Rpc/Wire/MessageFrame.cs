using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;
using Google.Protobuf;

namespace Gateway.Rpc;

/// <summary>
/// A length-prefixed message (gRPC core, doc/PROTOCOL-HTTP2.md): one byte that is 1 when the message is
/// compressed, its length as four bytes in network order, the message.
/// </summary>
internal static class MessageFrame
{
    internal const int PrefixLength = 5;

    /// <summary>Messages shorter than this do not get smaller by compression.</summary>
    private const int CompressFrom = 256;

    /// <summary>Serialises a message into the writer.</summary>
    /// <returns>Bytes written.</returns>
    internal static int Write(IBufferWriter<byte> writer, IMessage message, bool gzip)
    {
        int size = message.CalculateSize();
        if (gzip && size >= CompressFrom)
        {
            return WriteCompressed(writer, message, size);
        }

        WritePrefix(writer, compressed: false, size);
        message.WriteTo(writer);
        return PrefixLength + size;
    }

    /// <summary>Takes one message off the front of the buffer.</summary>
    /// <param name="buffer">What has arrived; after success what follows the message.</param>
    /// <param name="maxSize">Longest message in bytes.</param>
    /// <param name="compressed">Whether the message is compressed.</param>
    /// <param name="payload">The message.</param>
    /// <returns>False when the message is not complete yet.</returns>
    /// <exception cref="RpcException">The length is over the limit, or the flag is neither 0 nor 1.</exception>
    internal static bool TryRead(
        ref ReadOnlySequence<byte> buffer, int maxSize, out bool compressed, out ReadOnlySequence<byte> payload)
    {
        compressed = false;
        payload = default;
        if (buffer.Length < PrefixLength)
        {
            return false;
        }

        Span<byte> prefix = stackalloc byte[PrefixLength];
        buffer.Slice(0, PrefixLength).CopyTo(prefix);
        if (prefix[0] > 1)
        {
            throw new RpcException(new Status(
                StatusCode.Internal, $"a message starts with the compression flag {prefix[0]}; it is 0 or 1"));
        }

        compressed = prefix[0] == 1;
        uint length = BinaryPrimitives.ReadUInt32BigEndian(prefix[1..]);
        if (length > (uint)maxSize)
        {
            throw new RpcException(new Status(
                StatusCode.ResourceExhausted, $"a message of {length} bytes is longer than the limit of {maxSize} bytes"));
        }

        if (buffer.Length < PrefixLength + length)
        {
            return false;
        }

        payload = buffer.Slice(PrefixLength, length);
        buffer = buffer.Slice(payload.End);
        return true;
    }

    /// <summary>Parses a message.</summary>
    /// <exception cref="RpcException">The bytes are not such a message, or not gzip.</exception>
    internal static T Parse<T>(MessageParser<T> parser, in ReadOnlySequence<byte> payload, bool compressed, int maxSize)
        where T : class, IMessage<T>
    {
        try
        {
            return compressed ? ParseCompressed(parser, payload, maxSize) : parser.ParseFrom(payload);
        }
        catch (Exception exception) when (exception is InvalidProtocolBufferException or InvalidDataException)
        {
            throw new RpcException(
                new Status(StatusCode.Internal, $"a message is not a valid {typeof(T).Name}"), Metadata.Empty, exception);
        }
    }

    private static int WriteCompressed(IBufferWriter<byte> writer, IMessage message, int size)
    {
        using PooledBuffer plain = new(int.MaxValue);
        plain.GetMemory(size);
        message.WriteTo((IBufferWriter<byte>)plain);
        using PooledBuffer packed = new(int.MaxValue);
        using (GZipStream gzip = new(packed, CompressionLevel.Fastest, leaveOpen: true))
        {
            gzip.Write(plain.Written);
        }

        WritePrefix(writer, compressed: true, packed.Written.Length);
        writer.Write(packed.Written);
        return PrefixLength + packed.Written.Length;
    }

    private static T ParseCompressed<T>(MessageParser<T> parser, in ReadOnlySequence<byte> payload, int maxSize)
        where T : class, IMessage<T>
    {
        using PooledBuffer packed = new(int.MaxValue);
        foreach (ReadOnlyMemory<byte> segment in payload)
        {
            packed.Write(segment.Span);
        }

        using PooledBuffer plain = new(maxSize);
        using (MemoryStream source = new(packed.Array, 0, packed.Written.Length, writable: false))
        using (GZipStream gzip = new(source, CompressionMode.Decompress))
        {
            gzip.CopyTo(plain);
        }

        return parser.ParseFrom(plain.Written);
    }

    private static void WritePrefix(IBufferWriter<byte> writer, bool compressed, int length)
    {
        Span<byte> prefix = writer.GetSpan(PrefixLength);
        prefix[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(prefix[1..], length);
        writer.Advance(PrefixLength);
    }
}
