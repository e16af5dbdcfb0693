using System.Buffers.Binary;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.Lab.Tests;

public class DssVerdictTests
{
    private const uint Initial = 0xffff_fff0;
    private const ulong Data = 0x0123_4567_89ab_cdef;

    private static readonly byte[] s_first = [.. Enumerable.Range(0, 1001).Select(i => (byte)(i * 7))];
    private static readonly byte[] s_second = [.. Enumerable.Range(0, 500).Select(i => (byte)(i * 13))];

    private static byte[] Syn => PacketBuilder.Create().WithSequence(Initial).WithFlags(TcpFlags.Syn).Build();

    [Fact]
    public void A_mapping_over_several_segments_fits_in_any_order_and_with_the_DATA_ACK_of_each()
    {
        TcpOption shorter = Dss(s_first, Data, 1, dataAck4: true), whole = Dss(s_first, Data, 1);
        DssVerdict verdict = Verify(
            Syn, Segment(600, s_first[600..], shorter), Segment(0, s_first[..700], whole),
            Segment(1001, s_second, Dss(s_second, Data + 1001, 1002, dataFin: true)));

        Assert.Empty(verdict.Wrong);
        Assert.Equal((2, 0), (verdict.Right, verdict.Unknown));
    }

    [Fact]
    public void A_byte_that_changed_and_a_number_that_changed_are_told()
    {
        byte[] damaged = [.. s_first];
        damaged[500] ^= 1;

        Assert.Single(Verify(Syn, Segment(0, damaged, Dss(s_first, Data, 1))).Wrong);
        Assert.Contains("does not fit", Assert.Single(Verify(Syn, Segment(0, s_first, Dss(s_first, Data, 1, told: Data + 1))).Wrong), StringComparison.Ordinal);
        Assert.Contains(
            Verify(Syn, Segment(0, s_first, Dss(s_first, Data, 1)), Segment(0, damaged, Dss(s_first, Data, 1))).Wrong,
            line => line.Contains("other bytes", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_a_mapping_without_all_its_bytes_nothing_is_said()
    {
        DssVerdict verdict = Verify(Syn, Segment(0, s_first[..700], Dss(s_first, Data, 1)));

        Assert.Empty(verdict.Wrong);
        Assert.Equal((0, 1), (verdict.Right, verdict.Unknown));
    }

    private static byte[] Segment(uint offset, byte[] payload, TcpOption dss) =>
        PacketBuilder.Create().WithSequence(Initial + 1 + offset).WithOptions(dss).WithPayload(payload).Build();

    private static TcpOption Dss(byte[] data, ulong sequence, uint subflow, bool dataAck4 = false, bool dataFin = false, ulong? told = null)
    {
        ushort length = (ushort)(data.Length + (dataFin ? 1 : 0));
        byte[] header = new byte[14];
        BinaryPrimitives.WriteUInt64BigEndian(header, sequence);
        BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(8), subflow);
        BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(12), length);
        ushort checksum = InternetChecksum.Finish(InternetChecksum.Sum([.. header, .. data]));
        return MptcpOptions.Dss(77, dataAck4, (told ?? sequence, subflow, length), checksum: checksum, dataFin: dataFin);
    }

    private static DssVerdict Verify(params byte[][] frames)
    {
        using var recording = new MemoryStream();
        byte[] header = new byte[24];
        BinaryPrimitives.WriteUInt32LittleEndian(header, 0xa1b2c3d4);
        BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(20), 1);
        recording.Write(header);
        foreach (byte[] frame in frames)
        {
            byte[] record = new byte[16];
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(8), frame.Length);
            BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(12), frame.Length);
            recording.Write(record);
            recording.Write(frame);
        }

        recording.Position = 0;
        return DssVerdict.Of("here", recording);
    }
}
