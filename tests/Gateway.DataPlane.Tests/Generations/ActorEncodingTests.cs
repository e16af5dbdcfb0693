using System.Runtime.InteropServices;
using Gateway.DataPlane.Abi;
using Gateway.Policy;

namespace Gateway.DataPlane.Tests.Generations;

public sealed class ActorEncodingTests
{
    private static readonly Dictionary<string, int> s_ports = new() { ["wan0"] = 3, ["wan1"] = 63 };

    [Fact]
    public void A_rate_is_in_bytes_per_second() =>
        Assert.Equal(1_000_000ul, Encode(new RateLimitActor(new Rate(8_000_000))).Value);

    [Fact]
    public void Who_shares_a_rate_and_whether_it_is_policed_are_flags()
    {
        Assert.Equal(0, Encode(new RateLimitActor(new Rate(64_000))).Flags);
        Assert.Equal((byte)RateFlag.Connection, Encode(new RateLimitActor(new Rate(64_000), RateScope.Connection)).Flags);
        Assert.Equal(
            (byte)(RateFlag.Chain | RateFlag.NoPolicer), Encode(new RateLimitActor(new Rate(64_000), RateScope.Chain, Policer: false)).Flags);
    }

    [Fact]
    public void Simple_actors_are_their_operation_and_flags()
    {
        Assert.Equal(((byte)Op.SetBackup, (byte)1, (ushort)7), Parts(Encode(new SetBackupActor(true))));
        Assert.Equal(((byte)Op.SetBackup, (byte)0, (ushort)7), Parts(Encode(new SetBackupActor(false))));
        Assert.Equal(((byte)Op.BlkSubflow, (byte)(BlkFlag.Ipv6 | BlkFlag.RefuseJoin), (ushort)7), Parts(Encode(new BlkSubflowActor(false, true, true))));
        Assert.Equal(((byte)Op.GetConnect, (byte)0, (ushort)7), Parts(Encode(new GetConnectActor())));
        Assert.Equal(((byte)Op.GetSubflow, (byte)0, (ushort)7), Parts(Encode(new GetSubflowActor())));
        Assert.Equal(((byte)Op.Record, (byte)0, (ushort)7), Parts(Encode(new RecordActor())));
        Assert.Equal(((byte)Op.Count, (byte)0, (ushort)7), Parts(Encode(new CountActor())));
        Assert.Equal(((byte)Op.Drop, (byte)0, (ushort)7), Parts(Encode(new DropActor())));
    }

    [Fact]
    public void A_redirect_names_ports_by_index_and_addresses_in_wire_order()
    {
        RedirectOperand operand = EncodeRedirect(new RedirectActor(
            ["wan1", "wan0"], new GivenMac(new MacAddress(0x0a0b0c0d0e0f), new MacAddress(0x020406080a0c))));

        Assert.Equal((2, 63, 3), (operand.Count, operand.Sequence[0], operand.Sequence[1]));
        Assert.Equal((byte)MacMode.Given, operand.MacMode);
        Assert.Equal("0A0B0C0D0E0F020406080A0C", Convert.ToHexString(operand.Mac[..]));
        Assert.Equal((byte)MacMode.Keep, EncodeRedirect(new RedirectActor(["wan0"], new KeepMac())).MacMode);
        Assert.Equal((byte)MacMode.Fib, EncodeRedirect(new RedirectActor(["wan0"], new FibMac())).MacMode);
    }

    [Fact]
    public void Weights_become_an_interleaved_sequence()
    {
        RedirectOperand operand = EncodeRedirect(new RedirectActor(["wan0", "wan1"], new FibMac()) { Weights = [6, 2] });

        Assert.Equal(4, operand.Count);
        Assert.Equal([3, 3, 63, 3], operand.Sequence[..4].ToArray());
        Assert.Equal((1ul << 3) | (1ul << 63), operand.Ports);
    }

    [Fact]
    public void A_rewrite_has_addresses_in_wire_order_and_ports_in_host_order()
    {
        RewriteOperand ipv4 = EncodeOperand<RewriteOperand>(new RewriteActor(IpPrefix.Parse("10.0.8.1"), new PortRange(40000, 40999), null, 80));
        Assert.Equal((40000, 40999, 80, 4, (byte)RewriteFlag.Source), (ipv4.SourcePortFirst, ipv4.SourcePortLast, ipv4.DestinationPort, ipv4.Family, ipv4.Flags));
        Assert.Equal("0A000801" + new string('0', 24), Convert.ToHexString(ipv4.Source[..]));

        RewriteOperand ipv6 = EncodeOperand<RewriteOperand>(new RewriteActor(null, null, IpPrefix.Parse("2001:db8::1"), null));
        Assert.Equal((0, 0, 0, 6, (byte)RewriteFlag.Destination), (ipv6.SourcePortFirst, ipv6.SourcePortLast, ipv6.DestinationPort, ipv6.Family, ipv6.Flags));
        Assert.Equal("20010DB8000000000000000000000001", Convert.ToHexString(ipv6.Destination[..]));
        Assert.Equal(0, EncodeOperand<RewriteOperand>(new RewriteActor(null, null, null, 1)).Family);
    }

    [Fact]
    public void A_redirect_to_a_NIC_that_is_not_attached_is_refused()
    {
        DataPlaneException refusal = Assert.Throws<DataPlaneException>(() => Encode(new RedirectActor(["wan9"], new KeepMac())));

        Assert.Equal(DataPlaneErrorKind.FailedPrecondition, refusal.Kind);
        Assert.Contains("'wan9', which is not attached", refusal.Message, StringComparison.Ordinal);
    }

    private static Step Encode(Actor actor) => ActorEncoding.Encode(actor, slot: 7, s_ports, new OperandTable());

    private static RedirectOperand EncodeRedirect(RedirectActor actor) => EncodeOperand<RedirectOperand>(actor);

    private static T EncodeOperand<T>(Actor actor)
        where T : unmanaged
    {
        var operands = new OperandTable();
        Step step = ActorEncoding.Encode(actor, slot: 7, s_ports, operands);
        return MemoryMarshal.Read<T>(MemoryMarshal.AsBytes(operands.ToArray().AsSpan((int)step.Operand, 1)));
    }

    private static (byte Op, byte Flags, ushort Stats) Parts(Step step) => (step.Op, step.Flags, step.Stats);
}
