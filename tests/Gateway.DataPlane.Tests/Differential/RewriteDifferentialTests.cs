using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Mptcp.Checksums;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;
using Gateway.Mptcp.Rewriting;
using Gateway.Mptcp.Tests;

namespace Gateway.DataPlane.Tests.Differential;

/// <summary>The kernel's edits against the managed reference, byte for byte, with whole and with partial checksums.</summary>
[Collection(OnPacketBench.Name)]
public sealed class RewriteDifferentialTests(PacketBench bench)
{
    private int _edited;

    [Fact]
    public void MP_PRIO_is_placed_alike()
    {
        bench.Start("  - {name: c, priority: 1, hooks: [ingress, egress], actors: [{set_backup: on}]}\n");
        Compare(static (frame, _, state) => FrameRewriter.PlacePrio(frame, true, state));
    }

    [Fact]
    public void Addresses_are_hidden_alike()
    {
        bench.Start("  - {name: c, priority: 1, hooks: [ingress, egress], actors: [blk_subflow]}\n");
        Compare(static (frame, _, state) => FrameRewriter.HideAddAddr(frame, state));
    }

    [Fact]
    public void Joins_are_refused_alike()
    {
        bench.Start("  - {name: c, priority: 1, hooks: [ingress, egress], actors: [{blk_subflow: {addresses: [], refuse_join: true}}]}\n");
        Compare(
            static (frame, _, state) => FrameRewriter.RefuseJoin(frame, state),
            Gen.OneOf(
                FrameGenerators.Builder,
                from pad in Gen.Choose(0, 7)
                from length in Gen.Frequency((3, Gen.Constant(12)), (1, Gen.Choose(3, 30)))
                from bytes in Gen.Choose(0, 255).Select(value => (byte)value).ListOf(length - 3)
                from v6 in Gen.Elements(true, false)
                select new Conversation { Client = v6 ? "2001:db8::1" : "192.0.2.1", Server = v6 ? "2001:db8::2" : "192.0.2.2" }
                    .Bare(true, TcpFlags.Syn)
                    .WithOptions([.. Enumerable.Repeat(TcpOption.NoOperation, pad), TcpOption.Raw([30, (byte)length, 0x10, .. bytes])])));
    }

    private void Compare(Func<byte[], ParsedPacket, ChecksumState, RewriteResult?> reference, Gen<PacketBuilder>? builders = null)
    {
        PropertyCheck.ForAll(
            builders ?? FrameGenerators.Builder,
            builder =>
            {
                byte[] frame = builder.Build();
                if (PacketParser.Parse(frame, out ParsedPacket packet) != ParseOutcome.None || Timestamps(frame, packet) > 1)
                {
                    return;
                }

                bench.Forget();
                Check(bench.Ingress(frame), PacketRun.XdpPass, PacketRun.XdpDrop, reference(frame, packet, ChecksumState.Complete), ChecksumState.Complete);
                if (reference(frame, packet, ChecksumState.Complete) is not { Placement: PrioPlacement.Append })
                {
                    bench.Forget();
                    Check(bench.Egress(frame), PacketRun.TcUnspecified, PacketRun.TcShot, reference(frame, packet, ChecksumState.Complete), ChecksumState.Complete);
                    bench.Forget();
                    Check(bench.TcIngress(frame), PacketRun.TcUnspecified, PacketRun.TcShot, reference(frame, packet, ChecksumState.Complete), ChecksumState.Complete);
                }

                byte[] partial = builder.WithPartialChecksum().Build();
                bench.Forget();
                Check(bench.Ingress(partial, BenchPort.Partial), PacketRun.XdpPass, PacketRun.XdpDrop, reference(partial, packet, ChecksumState.Partial), ChecksumState.Partial);
            },
            runs: 1500);
        Assert.True(_edited > 20, $"Only {_edited} packets were edited.");
    }

    private void Check(PacketRun run, uint pass, uint drop, RewriteResult? expected, ChecksumState state)
    {
        switch (expected?.Outcome)
        {
            case RewriteOutcome.Done:
                _edited++;
                run.Became(expected.Frame.Span, pass);
                break;
            case RewriteOutcome.Drop:
                Assert.Equal(drop, run.Verdict);
                break;
            default:
                run.Untouched(pass);
                break;
        }

        if (expected?.Outcome != RewriteOutcome.Done)
        {
            return;
        }

        FrameChecksums before = FrameChecksums.Verify(run.Input), after = FrameChecksums.Verify(run.Output);
        Assert.Equal(before.Ipv4Header, after.Ipv4Header);
        if (state == ChecksumState.Partial && before.Tcp != ChecksumVerdict.Unverifiable)
        {
            // The sum of some contents makes a pseudo-header's a whole checksum too.
            Assert.True(HoldsPseudoHeaderSum(run.Output));
        }
        else
        {
            Assert.Equal(before.Tcp, after.Tcp);
        }
    }

    private static bool HoldsPseudoHeaderSum(byte[] frame)
    {
        Assert.Equal(ParseOutcome.None, PacketParser.Parse(frame, out ParsedPacket packet));
        ulong sum = PseudoHeader.Sum(packet.Source, packet.Destination, IpProtocol.Tcp, packet.End - packet.TransportOffset);
        return BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(packet.TransportOffset + 16)) == InternetChecksum.Fold(sum);
    }

    private static int Timestamps(byte[] frame, ParsedPacket packet)
    {
        int count = 0;
        ReadOnlySpan<byte> options = frame.AsSpan(packet.OptionsOffset, packet.OptionsLength);
        while (!options.IsEmpty && options[0] != (byte)TcpOptionKind.EndOfList)
        {
            int size = options[0] == (byte)TcpOptionKind.NoOperation ? 1 : options[1];
            count += options[0] == (byte)TcpOptionKind.Timestamps ? 1 : 0;
            options = options[size..];
        }

        return count;
    }
}
