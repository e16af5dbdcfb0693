using System.Text;
using Gateway.Mptcp.Packets;

namespace Gateway.Policy.Tests;

public class CompilerTests
{
    private static readonly PolicyEnvironment s_environment = ReaderTests.Ports;

    private static readonly PolicyPacket s_packet = new(
        IpFamily.IPv4, IpPrefix.Parse("10.0.1.2").Address, IpPrefix.Parse("10.0.9.1").Address, 40000, 5201, Hook.Ingress, 0, FlowDirection.Original, PacketTypes.Data);

    [Fact]
    public void A_chain_without_selector_is_one_term_for_every_packet_of_its_hooks()
    {
        CompiledPolicy policy = Compile(new Chain("c", 1, Hooks.Egress, ["eth2"], null, [new DropActor()]));
        Assert.Equal(new CompiledTerm(0, 0, 0, 0, []), Assert.Single(policy.Terms));
        Assert.Equal([64 + 1], Enumerable.Range(0, 128).Where(i => policy.Vectors[policy.PlaceVectors[i]][0] == 1));
        Assert.Single(policy.Prefixes4);
        Assert.Single(policy.Prefixes6);
        Assert.Single(policy.SourcePorts.VectorOfClass);
        Assert.True(policy.TracksPlainTcp);
        Assert.Equal(-1, policy.Classify(s_packet));
        Assert.Equal(0, policy.Classify(s_packet with { Hook = Hook.Egress, PortIndex = 1 }));
    }

    [Fact]
    public void Conditions_of_a_conjunction_are_joined_and_those_of_a_list_are_terms()
    {
        CompiledTerm joined = Assert.Single(Terms("all: [{connection: {bytes: 1kB-, subflow: 2-}}, {connection: {bytes: -2kB}}, {not: {vlan: 7}}]"));
        Assert.Equal(
            [
                new FlowCondition(ConditionKind.Vlan, true, 0, new ValueRange(7)),
                new FlowCondition(ConditionKind.Subflow, false, 0, new ValueRange(2, ulong.MaxValue)),
                new FlowCondition(ConditionKind.Bytes, false, 0, new ValueRange(1000, 2000)),
            ],
            joined.Conditions);
        Assert.Equal([new ValueRange(1, 4), new ValueRange(9)], Terms("vlan: [9, 3-4, 1-2]").Select(t => Assert.Single(t.Conditions).Range));
        Assert.Equal(2, Terms("not: {connection: {bytes: 1kB-, subflow: 2-}}").Length);
    }

    [Fact]
    public void Only_what_is_known_of_plain_TCP_makes_it_tracked_and_only_data_sequences_make_data_followed()
    {
        Assert.True(Tracks("vlan: 7").TracksPlainTcp);
        Assert.True(Tracks("connection: {age: 10s-}").TracksPlainTcp);
        Assert.False(Tracks("connection: {token: 0x12345678}").TracksPlainTcp);
        Assert.True(Tracks("not: {connection: {token: 0x12345678}}").TracksPlainTcp);
        Assert.False(Tracks("connection: {age: 10s-}").TracksData);
        Assert.True(Tracks("connection: {bytes: 10MB-}").TracksData);
        Assert.True(Tracks("sequence: {data: -10MB}").TracksData);
        Assert.False(Tracks("sequence: {subflow: -10MB}").TracksData);
    }

    [Fact]
    public void More_conditions_than_a_term_can_have_are_refused_with_both_numbers()
    {
        PolicyLoadResult loaded = Load("connection: {token: 1, subflow: 1, subflows: 1, age: 1s-, bytes: 1-}");
        PolicyError error = Assert.Single(loaded.Errors);
        Assert.Equal("chains[0].select", error.Path);
        Assert.Contains("asks for 5 conditions on flow and packet at once; the limit is 4", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Lists_that_multiply_to_too_many_terms_are_refused_before_they_are_written_out()
    {
        // 300^4 choices: eight thousand million.
        string list = string.Join(", ", Enumerable.Range(0, 300).Select(i => i * 2));
        PolicyError error = Assert.Single(Load($"connection: {{token: [{list}], subflow: [{list}], subflows: [{list}], bytes: [{list}]}}").Errors);
        Assert.Equal("chains[0].select", error.Path);
        Assert.Contains("comes to 90000 or more conjunctions; the limit", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_negated_list_is_one_term_with_a_condition_for_each_range()
    {
        Assert.Equal(
            [
                new FlowCondition(ConditionKind.Vlan, true, 0, new ValueRange(1)),
                new FlowCondition(ConditionKind.Vlan, true, 0, new ValueRange(4, 6)),
            ],
            Assert.Single(Terms("not: {vlan: [4-5, 1, 6]}")).Conditions);
        Assert.Contains("asks for 5 conditions", Assert.Single(Load("not: {vlan: [1, 3, 5, 7, 9]}").Errors).Message, StringComparison.Ordinal);
    }

    private static PolicyLoadResult Load(string select) => PolicyLoader.Load(
        $"version: 1\nname: x\nchains:\n- {{name: c, priority: 1, select: {{{select}}}, actors: [count]}}\n", s_environment, CompilerLimits.Default);

    private static CompiledPolicy Tracks(string select) => Load(select).Compiled!;

    private static CompiledTerm[] Terms(string select) => [.. Load(select).Compiled!.Terms];

    [Fact]
    public void Terms_are_ranked_by_priority_and_then_by_the_order_of_the_file()
    {
        CompiledPolicy policy = Compile(Any("a", 1), Any("b", 5), Any("c", 5), Any("d", 65535));
        Assert.Equal([3, 1, 2, 0], policy.Terms.Select(t => t.ChainIndex));
        Assert.Equal(["a", "b", "c", "d"], policy.Chains.Select(c => c.Name));
    }

    [Fact]
    public void Packet_types_become_masks()
    {
        Assert.Equal((PacketTypes.Syn | PacketTypes.MpJoin, PacketTypes.None, PacketTypes.None), Masks("packet_type: [syn, mp_join]"));
        Assert.Equal((PacketTypes.None, PacketTypes.Syn | PacketTypes.MpJoin, PacketTypes.None), Masks("all: [{packet_type: syn}, {packet_type: mp_join}]"));
        Assert.Equal((PacketTypes.None, PacketTypes.Syn, PacketTypes.Fin | PacketTypes.Rst), Masks("all: [{packet_type: [syn, fin]}, {not: {packet_type: [fin, rst]}}]"));
        Assert.Equal((PacketTypes.Syn | PacketTypes.Fin, PacketTypes.None, PacketTypes.None), Masks("any: [{packet_type: syn}, {packet_type: fin}]"));
        Assert.Equal((PacketTypes.Syn | PacketTypes.Fin, PacketTypes.None, PacketTypes.None), Masks("all: [{packet_type: [syn, fin]}, {packet_type: [syn, fin, rst]}]"));
        Assert.Equal(2, Compile("all: [{packet_type: [syn, fin]}, {packet_type: [data, dss]}]").Terms.Length);

        static (PacketTypes Any, PacketTypes All, PacketTypes None) Masks(string select)
        {
            CompiledTerm term = Assert.Single(Compile(select).Terms);
            return (term.Any, term.All, term.None);
        }
    }

    [Theory]
    [InlineData("packet_type: syn", true)]
    [InlineData("packet_type: plain_tcp", true)]
    [InlineData("packet_type: [syn, mp_join]", true)]
    [InlineData("not: {packet_type: mptcp}", true)]
    [InlineData("packet_type: mptcp", false)]
    [InlineData("packet_type: [mp_join, mp_tcprst, add_addr, data_ack]", false)]
    [InlineData("all: [{packet_type: syn}, {packet_type: mp_capable}]", false)]
    [InlineData("any: [{packet_type: dss}, {all: [{packet_type: data}, {src_port: 80}]}]", true)]
    public void Plain_TCP_is_tracked_only_when_a_term_can_match_it(string select, bool tracked) =>
        Assert.Equal(tracked, Compile(select).TracksPlainTcp);

    [Fact]
    public void An_exact_subflow_is_two_rules_of_one_term()
    {
        CompiledPolicy policy = Compile("subflow: {src: 10.0.1.2, src_port: 40000, dst: 10.0.9.1, dst_port: 5201}");
        Assert.Single(policy.Terms);
        Assert.Equal(
            [new ExactRule4(0x0a000102, 0x0a000901, 40000, 5201, 0), new ExactRule4(0x0a000901, 0x0a000102, 5201, 40000, 0)],
            policy.ExactRules4.AsEnumerable());
        Assert.Equal([(ushort)0], Assert.Single(policy.ExactLists).AsEnumerable());
        Assert.Single(policy.Prefixes4);
        Assert.Equal(0, policy.Classify(s_packet));
        Assert.Equal(-1, policy.Classify(s_packet with { SourcePort = 40001 }));
    }

    [Fact]
    public void A_conjunction_that_fixes_the_4_tuple_is_exact_however_it_is_written()
    {
        CompiledPolicy policy = Compile("{src: [10.0.1.2, 10.0.1.3], not: {src: 10.0.1.3}, dst: 10.0.9.1, src_port: 40000, dst_port: 5201}");
        Assert.Single(policy.ExactRules4);
        Assert.Equal(0, policy.Classify(s_packet));
        Assert.Single(Compile("{src: 10.0.1.2, not: {src: 10.0.1.3}, dst: 10.0.9.1, src_port: 40000, dst_port: 5201-5201}").ExactRules4);
        Assert.Single(Compile("{src: '::1', dst: '::2', src_port: 1, dst_port: 2}").ExactRules6);
    }

    [Fact]
    public void Residuals_of_an_exact_subflow_make_terms_that_share_its_rules()
    {
        const string subflow = "subflow: {src: 10.0.1.2, src_port: 40000, dst: 10.0.9.1, dst_port: 5201}";
        CompiledPolicy policy = Compile($"any: [{{{subflow}, packet_type: syn}}, {{{subflow}, direction: reply}}]");
        Assert.Equal(2, policy.Terms.Length);
        Assert.Equal(2, policy.ExactRules4.Length);
        Assert.Equal([(ushort)0, (ushort)1], Assert.Single(policy.ExactLists).AsEnumerable());
        Assert.Equal(-1, policy.Classify(s_packet));
        Assert.Equal(0, policy.Classify(s_packet with { Types = PacketTypes.Syn }));
        Assert.Equal(0, policy.Classify(s_packet with { Direction = FlowDirection.Reply }));
    }

    [Fact]
    public void A_subflow_with_too_many_terms_is_an_error_with_the_number()
    {
        var subflow = new SubflowSelector(IpPrefix.Parse("10.0.1.2"), 1, IpPrefix.Parse("10.0.9.1"), 2);
        Chain[] chains = [.. Enumerable.Range(0, 8).Select(i => new Chain($"c{i}", i, Hooks.Ingress, [], new AllSelector([subflow, new PacketTypeSelector((PacketTypes)(1 << i))]), [new DropActor()]))];
        PolicyError error = Assert.Single(Result(CompilerLimits.Default, chains).Errors);
        Assert.Contains("has 8 conjunctions; the limit is 7", error.Message, StringComparison.Ordinal);
        Assert.Empty(Result(CompilerLimits.Default, chains[1..]).Errors);
    }

    [Fact]
    public void A_chain_hidden_for_a_subflow_costs_no_place_in_its_list()
    {
        var subflow = new SubflowSelector(IpPrefix.Parse("10.0.1.2"), 1, IpPrefix.Parse("10.0.9.1"), 2);
        CompiledPolicy policy = Compile([.. Enumerable.Range(0, 20).Select(i => new Chain($"c{i}", 1, Hooks.Ingress, [], subflow, [new DropActor()]))]);
        Assert.Equal([(ushort)0], Assert.Single(policy.ExactLists).AsEnumerable());
    }

    [Fact]
    public void Alternatives_of_one_field_are_one_term()
    {
        string hosts = string.Join(", ", Enumerable.Range(0, 5000).Select(i => $"{{src: 10.0.{i >> 8}.{i & 255}}}"));
        CompiledPolicy policy = Compile($"any: [{hosts}]");
        Assert.Single(policy.Terms);
        Assert.Equal(5001, policy.Prefixes4.Length);
        Assert.Equal(2, Compile("any: [{port: 80}, {src_port: 80}, {dst_port: 80, packet_type: syn}, {dst_port: 443}, {src_port: 443}]").Terms.Length);
    }

    [Fact]
    public void Limits_are_errors_with_the_numbers()
    {
        var limits = new CompilerLimits { Terms = 3, Chains = 3, ActorsPerChain = 1, Vectors = 4 };
        Assert.Contains("has 4 chains; the limit is 3", Message(limits with { Terms = 4 }, Any("a", 1), Any("b", 1), Any("c", 1), Any("d", 1)), StringComparison.Ordinal);
        Assert.Contains("has 2 actors; the limit is 1", Message(limits, Any("a", 1) with { Actors = [new CountActor(), new DropActor()] }), StringComparison.Ordinal);
        Assert.Contains("comes to 4 conjunctions; the limit is 3", Message(limits, Any("a", 1) with
        {
            Select = new AnySelector(
            [
                new AllSelector([new SourcePortSelector([new PortRange(1)]), new DestinationPortSelector([new PortRange(2)])]),
                new AllSelector([new SourcePortSelector([new PortRange(3)]), new DestinationPortSelector([new PortRange(4)])]),
                new AllSelector([new SourcePortSelector([new PortRange(5)]), new DestinationPortSelector([new PortRange(6)])]),
                new AllSelector([new SourcePortSelector([new PortRange(7)]), new DestinationPortSelector([new PortRange(8)])]),
            ]),
        }), StringComparison.Ordinal);
        Assert.Contains("different vectors; the limit is 4", Message(limits, [.. Enumerable.Range(1, 3).Select(i => Any($"c{i}", 1) with { Select = new SourcePortSelector([new PortRange((ushort)i)]) })]), StringComparison.Ordinal);
        Assert.Contains("comes to 4 prefixes; the limit is 3", Message(new CompilerLimits { Prefixes = 3 }, Any("a", 1) with { Select = new SourceSelector([IpPrefix.Parse("1.1.1.1"), IpPrefix.Parse("2.2.2.2")]) }), StringComparison.Ordinal);
        Assert.Contains("comes to 2 exact rules; the limit is 1", Message(new CompilerLimits { ExactRules = 1 }, Any("a", 1) with { Select = new SubflowSelector(IpPrefix.Parse("1.1.1.1"), 1, IpPrefix.Parse("2.2.2.2"), 2) }), StringComparison.Ordinal);
        Assert.Throws<ArgumentOutOfRangeException>(() => new CompilerLimits { Terms = 1025 });
    }

    [Fact]
    public void An_expression_that_explodes_is_an_error_and_not_a_hang()
    {
        var not = new NotSelector(new AnySelector(ValueList.From(Enumerable.Range(0, 100_000).Select(i =>
            (Selector)new SubflowSelector(IpPrefix.Host(IpFamily.IPv4, (UInt128)i), 1, IpPrefix.Host(IpFamily.IPv4, (UInt128)(i + 1)), 2)))));
        PolicyError error = Assert.Single(Result(CompilerLimits.Default, Any("a", 1) with { Select = not }).Errors);
        Assert.Equal("chains[0].select", error.Path);
        Assert.Contains("the limit for the whole policy is 1024", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void All_1024_terms_can_be_used()
    {
        CompiledPolicy policy = Compile([.. Enumerable.Range(0, 1024).Select(i => Any($"c{i}", i) with { Select = new DestinationPortSelector([new PortRange((ushort)(i + 1))]) })]);
        Assert.Equal(1024, policy.Terms.Length);
        Assert.Equal(1023, policy.Classify(s_packet with { DestinationPort = 1024 }));
        Assert.Equal(0, policy.Classify(s_packet with { DestinationPort = 1 }));
        Assert.Equal(-1, policy.Classify(s_packet with { DestinationPort = 1025 }));
        Assert.Equal(1u << 31, (uint)policy.Vectors[policy.DestinationPorts.VectorOf(1024 - 31)][0]);
    }

    [Fact]
    public void A_million_exact_subflows_of_one_chain_are_one_term()
    {
        var yaml = new StringBuilder("version: 1\nname: big\nchains:\n- name: c\n  priority: 1\n  select:\n    any:\n");
        for (int i = 0; i < 1_000_000; i++)
        {
            yaml.Append(System.Globalization.CultureInfo.InvariantCulture, $"    - subflow: {{src: 10.{i >> 16}.{(i >> 8) & 255}.{i & 255}, src_port: 40000, dst: 192.168.9.1, dst_port: 5201}}\n");
        }

        yaml.Append("  actors: [count]\n");
        PolicyLoadResult result = PolicyLoader.Load(yaml.ToString(), s_environment, CompilerLimits.Default, maxBytes: 128 << 20);
        Assert.Empty(result.Errors);
        CompiledPolicy policy = result.Compiled!;
        Assert.Single(policy.Terms);
        Assert.Single(policy.ExactLists);
        Assert.Equal(2_000_000, policy.ExactRules4.Length);
        Assert.Equal(0, policy.Classify(s_packet with { Source = 0x0a0f423f, Destination = 0xc0a80901 }));
        Assert.Equal(0, policy.Classify(s_packet with { Source = 0xc0a80901, Destination = 0x0a0f423f, SourcePort = 5201, DestinationPort = 40000 }));
        Assert.Equal(-1, policy.Classify(s_packet with { Source = 0x0a0f4240, Destination = 0xc0a80901 }));
    }

    private static Chain Any(string name, int priority) => new(name, priority, Hooks.Ingress, [], null, [new DropActor()]);

    private static string Message(CompilerLimits limits, params Chain[] chains) => Assert.Single(Result(limits, chains).Errors).Message;

    private static CompileResult Result(CompilerLimits limits, params Chain[] chains) =>
        PolicyCompiler.Compile(new PolicyDocument("x", ValueList.From(chains)), s_environment, limits);

    private static CompiledPolicy Compile(params Chain[] chains)
    {
        CompileResult result = Result(CompilerLimits.Default, chains);
        Assert.Empty(result.Errors);
        return result.Policy!;
    }

    private static CompiledPolicy Compile(string select)
    {
        string flow = select.StartsWith('{') ? select : $"{{{select}}}";
        PolicyLoadResult result = PolicyLoader.Load($"version: 1\nname: x\nchains:\n- name: c\n  priority: 1\n  select: {flow}\n  actors: [count]\n", s_environment, CompilerLimits.Default);
        Assert.Empty(result.Errors);
        return result.Compiled!;
    }
}
