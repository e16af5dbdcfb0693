using System.Buffers.Binary;

using Gateway.Mptcp.Captures;

namespace Gateway.Mptcp.Tests.Captures;

public sealed class PcapngReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Frames_are_read_in_either_byte_order(bool bigEndian)
    {
        CaptureWriter capture = new(bigEndian);
        capture.Section().Interface(1).Interface(101).Block(0x0bad, [1, 2, 3, 4]).Packet(1, 0x1_0000_0002, [9, 8, 7], 60).Packet(0, 3, [], 0);

        CapturedFrame[] frames = [.. PcapngReader.Read(capture.Stream())];

        Assert.Equal(2, frames.Length);
        Assert.Equal((1, 101, 0x1_0000_0002ul, 60), (frames[0].InterfaceId, frames[0].LinkType, frames[0].Timestamp, frames[0].OriginalLength));
        Assert.Equal([9, 8, 7], frames[0].Data.ToArray());
        Assert.Equal((0, 1, 0), (frames[1].InterfaceId, frames[1].LinkType, frames[1].Data.Length));
    }

    [Fact]
    public void A_new_section_begins_with_its_own_order_and_interfaces()
    {
        using MemoryStream both = new();
        both.Write(new CaptureWriter(false).Section().Interface(1).Packet(0, 1, [1], 1).Stream().ToArray());
        both.Write(new CaptureWriter(true).Section().Interface(113).Packet(0, 1, [2], 1).Stream().ToArray());
        both.Position = 0;
        Assert.Equal([1, 113], PcapngReader.Read(both).Select(frame => frame.LinkType));
    }

    public static TheoryData<string, byte[]> DamagedCaptures => new()
    {
        { "classic pcap", Convert.FromHexString("d4c3b2a1020004000000000000000000") },
        { "three bytes", [10, 13, 13] },
        { "no magic", Convert.FromHexString("0a0d0d0a1c00000000000000") },
        { "cut off", new CaptureWriter(false).Section().Interface(1).Packet(0, 1, [1, 2], 2).Stream().ToArray()[..^1] },
        { "unknown interface", new CaptureWriter(false).Section().Packet(0, 1, [1], 1).Stream().ToArray() },
        { "captured above original", new CaptureWriter(false).Section().Interface(1).Packet(0, 1, [1, 2], 1).Stream().ToArray() },
        { "captured above the block", new CaptureWriter(false).Section().Interface(1).Packet(0, 1, [1, 2], 100, captured: 90).Stream().ToArray() },
        { "short packet block", new CaptureWriter(false).Section().Interface(1).Block(6, [0, 0, 0, 0]).Stream().ToArray() },
        { "block of 8", [.. new CaptureWriter(false).Section().Stream().ToArray(), 1, 0, 0, 0, 8, 0, 0, 0, 8, 0, 0, 0] },
        { "lengths that differ", [.. new CaptureWriter(false).Section().Stream().ToArray(), 1, 0, 0, 0, 12, 0, 0, 0, 16, 0, 0, 0] },
    };

    [Theory]
    [MemberData(nameof(DamagedCaptures))]
    public void A_damaged_capture_says_so(string what, byte[] bytes) =>
        Assert.True(Record.Exception(() => PcapngReader.Read(new MemoryStream(bytes)).Count()) is InvalidDataException, what);

    [Fact]
    public void Random_bytes_after_a_section_are_read_or_refused() => PropertyCheck.ForAll(FrameGenerators.Bytes(120), bytes =>
    {
        byte[] capture = [.. new CaptureWriter(false).Section().Interface(1).Stream().ToArray(), .. bytes];
        Assert.True(Record.Exception(() => PcapngReader.Read(new MemoryStream(capture)).Count()) is null or InvalidDataException);
    }, 500);

    private sealed class CaptureWriter(bool bigEndian)
    {
        private readonly List<byte> _bytes = [];

        internal MemoryStream Stream() => new([.. _bytes]);

        internal CaptureWriter Section() => Block(0x0a0d0d0a, [.. Number(0x1a2b3c4d), .. Number(bigEndian ? 0x00010000u : 1), .. Number(uint.MaxValue), .. Number(uint.MaxValue)]);

        internal CaptureWriter Interface(ushort linkType) =>
            Block(1, [.. bigEndian ? new byte[] { (byte)(linkType >> 8), (byte)linkType, 0, 0 } : [(byte)linkType, (byte)(linkType >> 8), 0, 0], .. Number(240)]);

        internal CaptureWriter Packet(uint id, ulong time, byte[] data, uint original, uint? captured = null) => Block(
            6,
            [
                .. Number(id), .. Number((uint)(time >> 32)), .. Number((uint)time), .. Number(captured ?? (uint)data.Length),
                .. Number(original), .. data, .. new byte[(4 - (data.Length % 4)) % 4],
            ]);

        internal CaptureWriter Block(uint type, byte[] body)
        {
            byte[] length = Number((uint)body.Length + 12);
            _bytes.AddRange([.. Number(type), .. length, .. body, .. length]);
            return this;
        }

        private byte[] Number(uint value)
        {
            byte[] bytes = new byte[4];
            if (bigEndian)
            {
                BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
            }
            else
            {
                BinaryPrimitives.WriteUInt32LittleEndian(bytes, value);
            }

            return bytes;
        }
    }
}
