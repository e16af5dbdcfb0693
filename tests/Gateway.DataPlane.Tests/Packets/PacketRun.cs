using Gateway.Mptcp.Checksums;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>What a program made of a frame.</summary>
/// <param name="Input">The frame before.</param>
/// <param name="Verdict">XDP or TC action.</param>
/// <param name="Output">The frame after.</param>
internal sealed record PacketRun(byte[] Input, uint Verdict, byte[] Output)
{
    internal const uint XdpDrop = 1;
    internal const uint XdpPass = 2;
    internal const uint XdpRedirect = 4;
    internal const uint TcUnspecified = uint.MaxValue;
    internal const uint TcShot = 2;
    internal const uint TcRedirect = 7;

    /// <summary>Fails with a layer-by-layer difference unless the frame passed as it was.</summary>
    internal PacketRun Untouched(uint verdict = XdpPass) => Became(Input, verdict);

    /// <summary>Fails with a layer-by-layer difference unless the frame became the given one, whose checksums must hold.</summary>
    internal PacketRun Became(ReadOnlySpan<byte> expected, uint verdict = XdpPass)
    {
        FrameDiff.AssertEqual(expected, Output);
        Assert.Equal(verdict, Verdict);
        return this;
    }

    /// <summary>Fails unless the checksums of the frame after are as stated.</summary>
    internal PacketRun WithChecksums(ChecksumVerdict tcp = ChecksumVerdict.Valid)
    {
        FrameChecksums checksums = FrameChecksums.Verify(Output);
        Assert.True(
            checksums.Tcp == tcp && checksums.Ipv4Header is ChecksumVerdict.Valid or ChecksumVerdict.Absent,
            $"Checksums are {checksums}, TCP's should be {tcp}.\n{FrameDiff.Describe(Input, Output)}");
        return this;
    }
}
