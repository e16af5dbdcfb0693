using Gateway.Client;
using Gateway.V1;

namespace Gateway.Cli.Tests;

public sealed class SelectionTests
{
    [Fact]
    public void And_makes_one_flat_list_of_all()
    {
        Selector selector = Select(s => s.Src("10.0.0.0/8").And.Dst("2001:db8::/32", "192.0.2.1").And.Direction(Direction.Reply));

        AssertJson(
            """
            { "all": { "selectors": [ { "src": { "prefixes": ["10.0.0.0/8"] } },
              { "dst": { "prefixes": ["2001:db8::/32", "192.0.2.1"] } }, { "direction": "DIRECTION_REPLY" } ] } }
            """,
            selector);
    }

    [Fact]
    public void Or_makes_one_flat_list_of_any()
    {
        Selector selector = Select(s => s.Port(80).Or.SrcPort(443, 8443).Or.DstPortRange(8000, 8010));

        AssertJson(
            """
            { "any": { "selectors": [ { "port": { "ranges": [ { "first": 80 } ] } },
              { "srcPort": { "ranges": [ { "first": 443 }, { "first": 8443 } ] } },
              { "dstPort": { "ranges": [ { "first": 8000, "last": 8010 } ] } } ] } }
            """,
            selector);
    }

    [Fact]
    public void And_and_or_mix_only_in_groups()
    {
        Selector selector = Select(s => s
            .Group(g => g.IngressPort("wan0").Or.EgressPort("wan1", "wan2"))
            .And.Not(n => n.IpPair("10.0.0.1", "10.0.0.2").And.PacketType(PacketType.Syn)));

        AssertJson(
            """
            { "all": { "selectors": [
              { "any": { "selectors": [ { "ingressPort": { "nics": ["wan0"] } }, { "egressPort": { "nics": ["wan1", "wan2"] } } ] } },
              { "not": { "all": { "selectors": [ { "ipPair": { "a": "10.0.0.1", "b": "10.0.0.2" } },
                { "packetType": { "types": ["PACKET_TYPE_SYN"] } } ] } } } ] } }
            """,
            selector);
    }

    [Fact]
    public void One_selector_stands_alone() =>
        AssertJson("""{ "subflow": { "src": "10.0.0.1", "srcPort": 40000, "dst": "10.0.0.2", "dstPort": 443 } }""",
            Select(s => s.Subflow("10.0.0.1", 40000, "10.0.0.2", 443)));

    [Fact]
    public void An_expression_can_be_continued_twice()
    {
        Selection[] expressions = new Selection[2];
        Select(s =>
        {
            AllSelection start = s.Src("10.0.0.1").And.Dst("10.0.0.2");
            expressions[0] = start.And.Port(1);
            expressions[1] = start.And.Port(2);
            return start;
        });

        Assert.Equal([1u, 2u], expressions.Select(e => Select(_ => e).All.Selectors[2].Port.Ranges[0].First));
        Assert.All(expressions, e => Assert.Equal(3, Select(_ => e).All.Selectors.Count));
    }

    [Fact]
    public void A_range_of_ports_is_not_written_backwards() =>
        Assert.Throws<ArgumentOutOfRangeException>(() => Select(s => s.SrcPortRange(2, 1)));

    private static Selector Select(Func<SelectorBuilder<SingleSelection>, Selection> select) =>
        PolicyChain.Named("c").Select(select).ToChain().Select;

    private static void AssertJson(string expected, Selector selector) => Assert.Equal(Selector.Parser.ParseJson(expected), selector);
}
