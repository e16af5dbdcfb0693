using Gateway.Mptcp.Packets;

namespace Gateway.Policy.Tests;

public class ReaderTests
{
    internal const string Everything = """
        version: 1
        name: evening
        chains:
          - name: keep-path2-as-backup
            priority: 100
            hooks: [ingress, egress]
            ports: [eth1, eth2]
            select:
              all:
                - subflow: {src: 10.0.1.2, src_port: 40000, dst: 10.0.9.1, dst_port: 5201}
                - ip_pair: {a: 10.0.1.0/24, b: 10.0.9.1}
                - src: 10.0.0.0/8
                - dst: [10.0.0.0/8, 2001:db8::/32]
                - src_port: 40000
                - dst_port: [5000-5300, 443]
                - port: 5201
                - any:
                    - packet_type: [syn, mp_join, add_addr]
                    - direction: original
                - not: {egress_port: eth1}
                - {ingress_port: [eth1, eth2], packet_type: data}
            actors:
              - set_backup: {backup: true}
              - blk_subflow: {addresses: [v4], refuse_join: true}
              - rate_limit: {rate: 20Mbit/s, per: chain, policer: off}
              - redirect: {spread: [eth3, eth4], mac: {dst: "02:00:5e:10:00:01"}}
              - rewrite: {src: 10.0.8.1, src_port: "40000-40999", dst_port: 80}
              - get_connect
              - get_subflow
              - record
              - count
          - name: rest
            priority: 0
            actors: [blk_subflow, {set_backup: off}, drop]
        """;

    internal static readonly PolicyEnvironment Ports =
        new(new Dictionary<string, int> { ["eth1"] = 0, ["eth2"] = 1, ["eth3"] = 2, ["eth4"] = 3 });

    [Fact]
    public void Every_selector_and_actor_is_read()
    {
        PolicyReadResult result = PolicyReader.Read(Everything);
        Assert.Empty(result.Errors);
        var expected = new PolicyDocument("evening",
        [
            new Chain("keep-path2-as-backup", 100, Hooks.Ingress | Hooks.Egress, ["eth1", "eth2"],
                new AllSelector(
                [
                    new SubflowSelector(IpPrefix.Parse("10.0.1.2"), 40000, IpPrefix.Parse("10.0.9.1"), 5201),
                    new IpPairSelector(IpPrefix.Parse("10.0.1.0/24"), IpPrefix.Parse("10.0.9.1")),
                    new SourceSelector([IpPrefix.Parse("10.0.0.0/8")]),
                    new DestinationSelector([IpPrefix.Parse("10.0.0.0/8"), IpPrefix.Parse("2001:db8::/32")]),
                    new SourcePortSelector([new PortRange(40000)]),
                    new DestinationPortSelector([new PortRange(5000, 5300), new PortRange(443)]),
                    new PortSelector([new PortRange(5201)]),
                    new AnySelector(
                    [
                        new PacketTypeSelector(PacketTypes.Syn | PacketTypes.MpJoin | PacketTypes.AddAddr4 | PacketTypes.AddAddr6),
                        new DirectionSelector(FlowDirection.Original),
                    ]),
                    new NotSelector(new EgressPortSelector(["eth1"])),
                    new AllSelector([new IngressPortSelector(["eth1", "eth2"]), new PacketTypeSelector(PacketTypes.Data)]),
                ]),
                [
                    new SetBackupActor(true), new BlkSubflowActor(true, false, true), new RateLimitActor(new Rate(20_000_000), RateScope.Chain, Policer: false),
                    new RedirectActor(["eth3", "eth4"], new GivenMac(new MacAddress(0x02005e100001), null)),
                    new RewriteActor(IpPrefix.Parse("10.0.8.1"), new PortRange(40000, 40999), null, 80),
                    new GetConnectActor(), new GetSubflowActor(), new RecordActor(), new CountActor(),
                ]),
            new Chain("rest", 0, Hooks.Ingress, [], null, [new BlkSubflowActor(true, true, false), new SetBackupActor(false), new DropActor()]),
        ]);
        Assert.Equal(expected, result.Document);
        PolicyLoadResult loaded = PolicyLoader.Load(Everything, Ports, CompilerLimits.Default);
        Assert.Empty(loaded.Errors);
        Assert.NotNull(loaded.Compiled);
    }

    [Fact]
    public void A_list_under_select_is_an_all_and_so_are_several_keys()
    {
        Selector Read(string select) =>
            PolicyReader.Read($"version: 1\nname: x\nchains:\n- name: c\n  priority: 1\n  select: {select}\n  actors: [drop]\n").Document!.Chains[0].Select!;
        var both = new AllSelector([new DirectionSelector(FlowDirection.Reply), new PortSelector([new PortRange(80)])]);
        Assert.Equal(both, Read("[{direction: reply}, {port: 80}]"));
        Assert.Equal(both, Read("{direction: reply, port: 80}"));
        Assert.Equal(both, Read("{all: [{direction: reply}, {port: 80}]}"));
        Assert.Equal(both.Selectors[0], Read("{direction: reply}"));
    }

    [Fact]
    public void Selectors_know_their_place_but_are_equal_without()
    {
        PolicyDocument document = PolicyReader.Read(Everything).Document!;
        var all = (AllSelector)document.Chains[0].Select!;
        Assert.Equal((12, 16), (all.Selectors[2].Position.Line, all.Selectors[2].Position.Column));
        Assert.Equal(all.Selectors[2], new SourceSelector([IpPrefix.Parse("10.0.0.0/8")]));
    }

    [Fact]
    public void A_text_over_the_limit_is_refused()
    {
        Assert.Empty(PolicyReader.Read(Everything, Everything.Length).Errors);
        PolicyError error = Assert.Single(PolicyReader.Read(Everything, Everything.Length - 1).Errors);
        Assert.Contains("longer than", error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(PolicyReader.Read("é", 1).Errors);
    }

    [Theory]
    [InlineData('[')]
    [InlineData('{')]
    public void A_text_that_is_nested_too_deeply_is_refused(char bracket)
    {
        PolicyError error = Assert.Single(PolicyReader.Read("chains: " + new string(bracket, 1_000_000)).Errors, e => !e.Message.StartsWith("A ", StringComparison.Ordinal));
        Assert.True(error.Message.Contains("nested", StringComparison.Ordinal) || error.Message.Contains("not YAML", StringComparison.Ordinal), error.Message);
    }

    [Fact]
    public void Selectors_nested_too_deeply_are_refused_from_text_and_from_messages()
    {
        string select = string.Concat(Enumerable.Repeat("{not: ", 40)) + "{port: 80}" + new string('}', 40);
        string yaml = $"version: 1\nname: x\nchains:\n- name: c\n  priority: 1\n  select: {select}\n  actors: [drop]\n";
        PolicyError error = Assert.Single(PolicyLoader.Load(yaml, Ports, CompilerLimits.Default).Errors);
        Assert.Equal(("chains[0].select", 6, 11), (error.Path, error.Line, error.Column));
        PolicyDocument document = PolicyReader.Read(yaml).Document!;
        Assert.Equal(error with { Line = 0, Column = 0 }, Assert.Single(PolicyLoader.Load(document, Ports, CompilerLimits.Default).Errors));
    }
}
