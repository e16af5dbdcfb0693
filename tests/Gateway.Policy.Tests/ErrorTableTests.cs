namespace Gateway.Policy.Tests;

/// <summary>Texts with the exact errors they give: "line:column path: message".</summary>
public class ErrorTableTests
{
    private const string Head = "version: 1\nname: x\nchains:\n";

    public static TheoryData<string, string[]> Documents => new()
    {
        { "", ["1:1 : The text is empty."] },
        { "- 1", ["1:1 : A mapping is expected here."] },
        { "{}", ["1:1 chains: The key chains is missing.", "1:1 name: The key name is missing.", "1:1 version: The key version is missing."] },
        { "version: 2\nname: Bad Name\nchains: []\n", ["1:10 version: Version '2' of the policy format is not known.", "2:7 name: 'Bad Name' is not a name."] },
        { "version: 1\nname: x\nchains: []\n---\nversion: 1\n", ["4:1 : The text holds more than one YAML document."] },
        { "version: 1\nname: x\nchain: []\n", ["1:1 chains: The key chains is missing.", "3:1 chain: The key 'chain' is not known here."] },
        { "version: 1\nversion: 1\nname: &a x\nchains: *a\n", ["2:1 version: The key version stands here twice.", "3:7 name: Anchors are not supported.", "4:9 chains: A list is expected here.", "4:9 chains: Aliases are not supported."] },
        { "version: !!str 1\nname: x\nchains: []\n", ["1:10 version: Tags are not supported."] },
    };

    public static TheoryData<string, string[]> Chains => new()
    {
        { "- {}", ["4:3 chains[0].actors: The key actors is missing.", "4:3 chains[0].name: The key name is missing.", "4:3 chains[0].priority: The key priority is missing."] },
        { "- drop", ["4:3 chains[0]: A mapping is expected here."] },
        { "- {name: A, priority: 65536, actors: []}", ["4:10 chains[0].name: 'A' is not a name.", "4:23 chains[0].priority: The priority 65536 is out of range.", "4:38 chains[0].actors: The chain has 0 actors."] },
        { "- {name: a, priority: high, hooks: [in], ports: [eth1, eth9, eth1], actors: [drop]}", ["4:23 chains[0].priority: 'high' is not a whole number.", "4:37 chains[0].hooks[0]: 'in' is not a hook.", "4:56 chains[0].ports[1]: 'eth9' is not a managed port.", "4:62 chains[0].ports[2]: The port eth1 stands here twice."] },
        { "- {name: a, priority: 1, actors: [drop]}\n- {name: a, priority: 1, actors: [drop]}", ["5:10 chains[1].name: The name 'a' is already that of chains[0]."] },
    };

    public static TheoryData<string, string[]> Selectors => new()
    {
        { "", ["6:10 chains[0].select: The value is missing."] },
        { "{}", ["6:11 chains[0].select: The selector is empty."] },
        { "[]", ["6:11 chains[0].select.all: The list is empty."] },
        { "{sorc: 10.0.0.1}", ["6:12 chains[0].select.sorc: The key 'sorc' is not known here."] },
        { "{src: 10.0.0.1/8}", ["6:17 chains[0].select.src: '10.0.0.1/8' has bits set after the first 8."] },
        { "[{src: 1.2.3.4}, {dst: [10.0.0.0/33, ::1, fe80::1%eth0]}]", ["6:35 chains[0].select.all[1].dst[0]: '10.0.0.0/33' has no valid prefix length.", "6:53 chains[0].select.all[1].dst[2]: 'fe80::1%eth0' is not an IP address or prefix."] },
        { "{src: x, dst: y}", ["6:17 chains[0].select.all[0].src: 'x' is not an IP address or prefix.", "6:25 chains[0].select.all[1].dst: 'y' is not an IP address or prefix."] },
        { "{src_port: 0, dst_port: 5-4, port: [1, 65536]}", ["6:22 chains[0].select.all[0].src_port: '0' is not a TCP port or a range of ports.", "6:35 chains[0].select.all[1].dst_port: '5-4' is not a TCP port or a range of ports.", "6:50 chains[0].select.all[2].port[1]: '65536' is not a TCP port or a range of ports."] },
        { "{packet_type: mp_joyn}", ["6:25 chains[0].select.packet_type: 'mp_joyn' is not a packet type."] },
        { "{direction: up}", ["6:23 chains[0].select.direction: 'up' is not a direction."] },
        { "{subflow: {}}", ["6:21 chains[0].select.subflow: The subflow selector is empty."] },
        { "{subflow: {src: 10.0.0.1, sport: 5}}", ["6:37 chains[0].select.subflow.sport: The key 'sport' is not known here."] },
        { "{ip_pair: {a: 10.0.0.1}}", ["6:21 chains[0].select.ip_pair.b: The key b is missing."] },
        { "{not: [{port: 1}]}", ["6:17 chains[0].select.not: A mapping is expected here."] },
        { "{ingress_port: [eth1, eth9]}", ["6:26 chains[0].select.ingress_port: 'eth9' is not a managed port."] },
        { "{egress_port: eth1}", ["6:25 chains[0].select.egress_port: No packet of this chain matches this: the chain's hooks and ports exclude it."] },
        { "{any: [{port: 1}, {egress_port: eth1}]}", ["6:43 chains[0].select.any[1].egress_port: No packet of this chain matches this: the chain's hooks and ports exclude it."] },
        { "{all: [{ingress_port: eth1}, {ingress_port: eth2}]}", ["6:17 chains[0].select.all: No packet of this chain matches this: the chain's hooks and ports exclude it."] },
        { "{src: 10.0.0.1, dst: 2001:db8::/32}", ["6:11 chains[0].select.all: No packet matches this: it asks for IPv4 and IPv6 addresses at once."] },
        { "{any: [{subflow: {src: 10.0.0.1, dst: ::1}}, {port: 1}]}", ["6:28 chains[0].select.any[0].subflow: No packet matches this: it asks for IPv4 and IPv6 addresses at once."] },
        { "{vlan: 4095}", ["6:18 chains[0].select.vlan: A number is out of range; the highest is 4094."] },
        { "{vlan: [x, 5-2]}", ["6:19 chains[0].select.vlan[0]: 'x' is not a VLAN id.", "6:22 chains[0].select.vlan[1]: '5-2' is not a VLAN id."] },
        { "{sequence: {}}", ["6:22 chains[0].select.sequence: The mapping is empty."] },
        { "{sequence: {data: 10XB-}}", ["6:29 chains[0].select.sequence.data: '10XB-' is not a number or a range of bytes."] },
        { "{sequence: {data: '-'}}", ["6:29 chains[0].select.sequence.data: '-' is not a number or a range of bytes."] },
        { "{sequence: {data: 18446744073709551615kB}}", ["6:29 chains[0].select.sequence.data: '18446744073709551615kB' is not a number or a range of bytes."] },
        { "{connection: {tokn: 1}}", ["6:25 chains[0].select.connection.tokn: The key 'tokn' is not known here."] },
        { "{connection: {token: 0x1g, age: 10}}", ["6:32 chains[0].select.connection.token: '0x1g' is not a token.", "6:43 chains[0].select.connection.age: '10' is not a range of times."] },
        { "{connection: {address_id: 256}}", ["6:24 chains[0].select.connection: A number is out of range; the highest is 255."] },
        { "{connection: {version: 2, backup: on}}", ["6:24 chains[0].select.connection: There is no MPTCP version 2."] },
        { "{connection: {bytes: 1-2, subflow: 5-2}}", ["6:46 chains[0].select.connection.subflow: '5-2' is not a number or a range of numbers."] },
        { "{sample: {one_in: 0}}", ["6:20 chains[0].select.sample: A packet cannot be sampled one in 0."] },
        { "{sample: {one_in: 5, of: 3}}", ["6:20 chains[0].select.sample: A sample needs either one_in, or buckets and of."] },
        { "{sample: {buckets: 0-10, of: 10}}", ["6:20 chains[0].select.sample: There is no such bucket among 10."] },
        { "{sample: {buckets: 0, of: 10, by: packet}}", ["6:45 chains[0].select.sample.by: 'packet' is not what buckets can be made of."] },
        { "{all: [{vlan: 1-3}, {vlan: 4}]}", ["6:11 chains[0].select: No packet can match the chain c."] },
        { "{src_port: 1, not: {src_port: 1-5}}", ["6:11 chains[0].select: No packet can match the chain c."] },
    };

    public static TheoryData<string, string[]> Actors => new()
    {
        { "[dorp]", ["6:12 chains[0].actors[0]: The actor 'dorp' is not known."] },
        { "[set_backup, rate_limit, redirect]", ["6:12 chains[0].actors[0]: The actor set_backup needs a value.", "6:24 chains[0].actors[1]: The actor rate_limit needs a value.", "6:36 chains[0].actors[2]: The actor redirect needs a value."] },
        { "[{set_backup: maybe}]", ["6:25 chains[0].actors[0].set_backup: 'maybe' is neither on nor off."] },
        { "[{record: {x: 1}}]", ["6:22 chains[0].actors[0].record.x: The key 'x' is not known here."] },
        { "[{count: , record: }]", ["6:12 chains[0].actors[0]: The mapping holds 2 actors."] },
        { "[{rate_limit: {}}]", ["6:25 chains[0].actors[0].rate_limit: The mapping is empty."] },
        { "[{rate_limit: {rate: 20MB}}]", ["6:32 chains[0].actors[0].rate_limit.rate: '20MB' is not a rate."] },
        { "[{rate_limit: {rate: 63Kbit/s}}]", ["6:32 chains[0].actors[0].rate_limit.rate: The rate 63Kbit/s is out of range."] },
        { "[{rate_limit: {per: chain}}]", ["6:25 chains[0].actors[0].rate_limit.rate: The key rate is missing."] },
        { "[{rate_limit: {rate: 1Mbit/s, per: link, policer: 5}}]", ["6:46 chains[0].actors[0].rate_limit.per: 'link' is not what can share a rate.", "6:61 chains[0].actors[0].rate_limit.policer: '5' is neither on nor off."] },
        { "[{rate_limit: {rate: 401Gbit/s}}]", ["6:32 chains[0].actors[0].rate_limit.rate: The rate 401Gbit/s is out of range."] },
        { "[{blk_subflow: {addresses: [v5]}}]", ["6:39 chains[0].actors[0].blk_subflow.addresses[0]: 'v5' is not an address family."] },
        { "[{blk_subflow: {addresses: []}}]", ["6:26 chains[0].actors[0].blk_subflow: This blk_subflow blocks nothing."] },
        { "[{redirect: {mac: fib}}]", ["6:23 chains[0].actors[0].redirect: A redirect needs either port or spread."] },
        { "[{redirect: {port: eth1, spread: [eth2]}}]", ["6:23 chains[0].actors[0].redirect: A redirect needs either port or spread."] },
        { "[{redirect: {port: eth33, mac: none}}]", ["6:42 chains[0].actors[0].redirect.mac: 'none' is not a source of MAC addresses."] },
        { "[{redirect: {spread: [eth3, eth3, eth8]}}]", ["6:32 chains[0].actors[0].redirect.spread: 'eth8' is not a managed port.", "6:32 chains[0].actors[0].redirect.spread: The port eth3 stands here twice."] },
        { "[{redirect: {port: eth3, mac: {dst: 'ff:ff:ff:ff:ff:ff', src: '00:00:00:00:00:00'}}}]", ["6:47 chains[0].actors[0].redirect.mac.dst: ff:ff:ff:ff:ff:ff is not the address of one host.", "6:73 chains[0].actors[0].redirect.mac.src: 00:00:00:00:00:00 is not the address of one host."] },
        { "[{redirect: {port: eth3, mac: {src: 02:00}}}]", ["6:41 chains[0].actors[0].redirect.mac.dst: The key dst is missing.", "6:47 chains[0].actors[0].redirect.mac.src: '02:00' is not a MAC address."] },
        { "[{redirect: {spread: [eth1, {port: eth2, weight: 17}]}}]", ["6:32 chains[0].actors[0].redirect.spread: A weight is out of range."] },
        { "[{redirect: {spread: [{port: eth1, weight: 13}, {port: eth2, weight: 4}]}}]", ["6:32 chains[0].actors[0].redirect.spread: The weights come to 17 places; the limit is 16."] },
        { "[{redirect: {spread: [{weight: 2}]}}]", ["6:33 chains[0].actors[0].redirect.spread[0].port: The key port is missing."] },
        { "[mark, mirror, {close_subflow: {reason: rude}}]", ["6:12 chains[0].actors[0]: The actor mark needs a value.", "6:18 chains[0].actors[1]: The actor mirror needs a value.", "6:51 chains[0].actors[2].close_subflow.reason: 'rude' is not a reason to reset a subflow."] },
        { "[{mark: {skb: 1}}, {mirror: {port: eth9}}, {mark: {dscp: 64}}]", ["6:12 chains[0].actors[0]: XDP, which runs at ingress, has no socket buffer to mark.", "6:30 chains[0].actors[1]: XDP, which runs at ingress, cannot copy a packet.", "6:46 chains[0].actors[1].mirror.port: 'eth9' is not a managed port.", "6:68 chains[0].actors[2].mark.dscp: 64 is not a DSCP."] },
        { "[{add_subflow: {give_back: off}}]", ["6:26 chains[0].actors[0].add_subflow: This add_subflow adds nothing."] },
        { "[{add_subflow: {announce: [{address: 10.0.0.0/8}, {id: 7}]}}]", ["6:61 chains[0].actors[0].add_subflow.announce[1].address: The key address is missing."] },
        { "[{add_subflow: {announce: [{address: 10.0.0.0/8, id: 7}, {address: 10.0.0.1, id: 7}, {address: 10.0.0.1, id: 256}]}}]", ["6:37 chains[0].actors[0].add_subflow.announce[0]: 10.0.0.0/8 is not one address.", "6:37 chains[0].actors[0].add_subflow.announce[1]: The address id 7 stands here twice.", "6:37 chains[0].actors[0].add_subflow.announce[2]: The address id is out of range."] },
        { "[rewrite, {rewrite: {}}]", ["6:12 chains[0].actors[0]: The actor rewrite needs a value.", "6:31 chains[0].actors[1].rewrite: The mapping is empty."] },
        { "[{rewrite: {dst: 10.0.0.0/8, src: 224.0.0.1}}]", ["6:28 chains[0].actors[0].rewrite.dst: 10.0.0.0/8 is not one address.", "6:45 chains[0].actors[0].rewrite.src: 224.0.0.1 is not the address of one host."] },
        { "[{rewrite: {src: '::1', dst: 10.0.0.1}}]", ["6:22 chains[0].actors[0].rewrite: A packet cannot have an IPv4 and an IPv6 address."] },
        { "[{rewrite: {src_port: 5-2, dst_port: 0, port: 3}}]", ["6:33 chains[0].actors[0].rewrite.src_port: '5-2' is not a TCP port or a range of ports.", "6:48 chains[0].actors[0].rewrite.dst_port: '0' is not a TCP port.", "6:51 chains[0].actors[0].rewrite.port: The key 'port' is not known here."] },
        { "[{rewrite: {dst_port: 80}}, drop]", ["6:12 chains[0].actors[0]: A chain cannot both rewrite and drop a packet."] },
        { "[{rewrite: {dst_port: 80}}]\n  select: {all: [{direction: reply}]}", ["6:12 chains[0].actors[0]: A rewrite begins with a flow's SYN, which the chain never matches."] },
        { "[{rewrite: {dst_port: 80}}]\n  select: {packet_type: [data, fin, dss]}", [] },
        { "[{rewrite: {dst_port: 80}}]\n  select: {packet_type: [fin, dss]}", ["6:12 chains[0].actors[0]: A rewrite begins with a flow's SYN, which the chain never matches."] },
        { "[{rewrite: {dst: 10.0.0.1}}]\n  hooks: [ingress, egress]", ["6:12 chains[0].actors[0]: At egress the way to the old destination is already chosen."] },
        { "[drop, {redirect: {port: eth3}}, {set_backup: on}, {set_backup: off}]", ["6:12 chains[0].actors[0]: A chain cannot both redirect and drop a packet.", "6:12 chains[0].actors[0]: Actors after drop see no packet.", "6:62 chains[0].actors[3]: The actor set_backup already stands at actors[2]."] },
    };

    [Theory]
    [MemberData(nameof(Documents))]
    public void Of_a_document_every_error_is_reported_with_its_place(string yaml, string[] errors) => AssertErrors(yaml, errors);

    [Theory]
    [MemberData(nameof(Chains))]
    public void Of_a_chain_every_error_is_reported_with_its_place(string chains, string[] errors) => AssertErrors(Head + chains + "\n", errors);

    [Theory]
    [MemberData(nameof(Selectors))]
    public void Of_a_selector_every_error_is_reported_with_its_place(string select, string[] errors) =>
        AssertErrors($"{Head}- name: c\n  priority: 1\n  select: {select}\n  actors: [drop]\n", errors);

    [Theory]
    [MemberData(nameof(Actors))]
    public void Of_an_actor_list_every_error_is_reported_with_its_place(string actors, string[] errors) =>
        AssertErrors($"{Head}- name: c\n  priority: 1\n  actors: {actors}\n", errors);

    [Theory]
    [InlineData("version: 1\nname: [1, 2\nchains: []\n", 2)]
    [InlineData("version: 1\nname: \"x\nchains: []\n", 2)]
    [InlineData("version: 1\n name: x\n", 2)]
    [InlineData("version: 1\nname: a: b\n", 2)]
    public void Text_that_is_no_YAML_is_an_error_at_its_line(string yaml, int line)
    {
        PolicyReadResult result = PolicyReader.Read(yaml);
        Assert.Null(result.Document);
        Assert.Contains(result.Errors, e => e.Line == line && e.Message.StartsWith("This is not YAML", StringComparison.Ordinal));
    }

    [Fact]
    public void Errors_of_reading_and_of_meaning_come_together()
    {
        const string yaml = Head + "- name: c\n  priority: 1\n  select: [{src: x}, {ingress_port: eth9}]\n  actors: [{redirect: {port: eht3}}, dorp]\n";
        AssertErrors(yaml,
        [
            "6:18 chains[0].select.all[0].src: 'x' is not an IP address or prefix.",
            "6:37 chains[0].select.all[1].ingress_port: 'eth9' is not a managed port.",
            "7:30 chains[0].actors[0].redirect.port: 'eht3' is not a managed port.",
            "7:38 chains[0].actors[1]: The actor 'dorp' is not known.",
        ]);
    }

    [Theory]
    [InlineData("sorc: 10.0.0.1", "Did you mean src?")]
    [InlineData("packet-type: syn", "Did you mean packet_type?")]
    [InlineData("src: 10.0.0.1/8", "Write 10.0.0.0/8 for the prefix or 10.0.0.1 for the host.")]
    [InlineData("packet_type: mp_joyn", "Did you mean mp_join?")]
    [InlineData("ingress_port: eth11", "Did you mean eth1?")]
    public void Hints_say_what_to_write(string selector, string hint)
    {
        string yaml = $"{Head}- name: c\n  priority: 1\n  select: {{{selector}}}\n  actors: [drop]\n";
        Assert.Equal(hint, Assert.Single(PolicyLoader.Load(yaml, ReaderTests.Ports, CompilerLimits.Default).Errors).Hint);
    }

    [Fact]
    public void A_rewrite_of_nothing_is_refused()
    {
        var document = new PolicyDocument("x", [new Chain("c", 1, Hooks.Ingress, [], null, [new RewriteActor(null, null, null, null)])]);
        PolicyError error = Assert.Single(PolicyValidator.Validate(document, ReaderTests.Ports));
        Assert.Equal(("chains[0].actors[0].rewrite", "This rewrite changes nothing."), (error.Path, error.Message));
    }

    [Fact]
    public void A_redirect_over_more_NICs_than_one_can_spread_over_is_refused_with_both_numbers()
    {
        string[] nics = [.. Enumerable.Range(0, 9).Select(i => $"eth{i}")];
        var environment = new PolicyEnvironment(nics.Select((nic, i) => (nic, i)).ToDictionary(p => p.nic, p => p.i));
        IReadOnlyList<PolicyError> Errors(int count) => PolicyValidator.Validate(
            new PolicyDocument("x", [new Chain("c", 1, Hooks.Egress, [], null, [new RedirectActor(ValueList.From(nics[..count]), new FibMac())])]), environment);
        Assert.Empty(Errors(8));
        PolicyError error = Assert.Single(Errors(9));
        Assert.Equal("chains[0].actors[0].redirect.spread", error.Path);
        Assert.Contains("spreads over 9 NICs; the limit is 8", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_message_has_the_same_errors_without_places()
    {
        var document = new PolicyDocument("x",
        [
            new Chain("c", -1, Hooks.None, ["eth9"],
                new AllSelector([new AnySelector([]), new SourcePortSelector([new PortRange(0, 5)]), new PacketTypeSelector(0), new DirectionSelector(FlowDirection.Unknown), new SubflowSelector(null, null, null, null)]),
                Enumerable.Repeat<Actor>(new CountActor(), 65).ToArray() is var actors ? ValueList.From(actors) : []),
        ]);
        IReadOnlyList<PolicyError> errors = PolicyValidator.Validate(document, ReaderTests.Ports);
        Assert.All(errors, e => Assert.Equal((0, 0), (e.Line, e.Column)));
        string[] expected =
        [
            "chains[0].actors", "chains[0].hooks", "chains[0].ports[0]", "chains[0].priority", "chains[0].select.all[0].any",
            "chains[0].select.all[1].src_port", "chains[0].select.all[2].packet_type", "chains[0].select.all[3].direction",
            "chains[0].select.all[4].subflow",
        ];
        Assert.Equal(expected, errors.Select(e => e.Path).Where(p => !p.StartsWith("chains[0].actors[", StringComparison.Ordinal)).Order(StringComparer.Ordinal));
    }

    private static void AssertErrors(string yaml, string[] expected)
    {
        IReadOnlyList<PolicyError> errors = PolicyLoader.Load(yaml, ReaderTests.Ports, CompilerLimits.Default).Errors;
        Assert.Equal(expected, errors.Select(e => $"{e.Line}:{e.Column} {e.Path}: {e.Message}")
            .OrderBy(e => int.Parse(e.Split(':')[0], System.Globalization.CultureInfo.InvariantCulture))
            .ThenBy(e => int.Parse(e.Split(':', ' ')[1], System.Globalization.CultureInfo.InvariantCulture))
            .ThenBy(e => e, StringComparer.Ordinal));
        Assert.All(errors, e => Assert.NotEmpty(e.Hint));
    }
}
