using Gateway.Daemon.Policies;
using Gateway.Policy;

namespace Gateway.Daemon.Tests.Policies;

public sealed class PolicyMessageTests
{
    private const string Everything = """
        version: 1
        name: everything
        chains:
          - name: selectors
            priority: 65535
            hooks: [ingress, egress]
            ports: [eth0, eth1]
            select:
              any:
                - all:
                    - subflow: { src: 10.0.0.1, src_port: 1, dst: 10.0.0.0/8, dst_port: 65535 }
                    - not: { ip_pair: { a: 10.0.0.1, b: 10.0.0.2 } }
                    - src: [10.0.0.0/8, 192.0.2.1]
                    - dst: 10.0.0.0/8
                    - src_port: [5201, 6000-7000]
                    - dst_port: 80
                    - port: 443
                - packet_type: [syn, add_addr, mp_prio, mptcp, third_ack, add_addr4_echo, add_addr6_echo]
                - vlan: [none, 7, 10-20]
                - sequence: { data: [10MB-, 0-5], subflow: -1KiB }
                - sequence: { subflow: 5 }
                - connection: { token: [0x1a2b3c4d, 7], subflow: 2-, subflows: 1-3 }
                - connection: { age: 10s-, bytes: 0-, backup: off, address_id: 1, version: 0 }
                - sample: { one_in: 100 }
                - sample: { buckets: [0-9, 20], of: 100, by: connection }
                - custom: { operator: asks, args: [5, 0xffffffffffffffff] }
                - direction: reply
                - ingress_port: eth0
                - egress_port: [eth1]
            actors: [record, get_connect, get_subflow, count, drop]
          - name: actors
            priority: 1
            actors:
              - set_backup: on
              - blk_subflow: { addresses: [v4], refuse_join: true }
              - rate_limit: { rate: 20Mbit/s, per: connection, policer: off }
              - redirect: { spread: [eth0, eth1], mac: keep }
              - add_subflow: { give_back: on, announce: [{ address: 10.0.9.2, port: 5001, id: 9 }, { address: '::1' }], to: server }
              - rewrite: { src: 10.0.8.1, src_port: 40000-40999, dst: 10.0.9.1, dst_port: 5201 }
              - strip_mptcp
              - close_subflow: { reason: performance }
              - mark: { dscp: 46 }
              - custom: acts
              - custom: { operator: acts, args: [1, 2, 3, 4] }
              - trace
          - name: leaving
            priority: 2
            hooks: [egress]
            actors:
              - mark: { skb: 0, mask: 0xff }
              - mark: { skb: 0xffffffff }
              - mirror: { port: eth1 }
              - rewrite: { src_port: 7 }
              - redirect: { spread: [eth0, { port: eth1, weight: 3 }] }
        """;

    private static readonly PolicyEnvironment s_environment = new(
        new Dictionary<string, int> { ["eth0"] = 0, ["eth1"] = 1 },
        new Dictionary<string, PolicyOperator> { ["asks"] = new(1, IsSelector: true), ["acts"] = new(0, IsSelector: false) });

    [Fact]
    public void A_document_survives_the_way_through_the_message()
    {
        PolicyReadResult read = PolicyReader.Read(Everything);
        Assert.Empty(read.Errors);

        (PolicyDocument document, IReadOnlyList<PolicyError> errors) = PolicyMessageReader.Read(PolicyMessageWriter.Write(read.Document!));

        Assert.Empty(errors);
        Assert.Equal(read.Document, document);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("02:00:00:00:00:09")]
    public void Given_macs_survive(string? source)
    {
        var document = new PolicyDocument("m",
        [
            new Chain("c", 0, Hooks.Ingress, [], null,
            [
                new RedirectActor(["eth0"], new GivenMac(Mac("02:00:00:00:00:01"), source is null ? null : Mac(source))),
            ]),
        ]);

        Assert.Equal(document, PolicyMessageReader.Read(PolicyMessageWriter.Write(document)).Document);
    }

    [Fact]
    public void Every_error_of_a_message_is_reported_with_its_path()
    {
        var source = new V1.PolicySource
        {
            Policy = new V1.Policy
            {
                Name = "Bad Name",
                Chains =
                {
                    new V1.Chain
                    {
                        Name = "one",
                        Priority = 70000,
                        Hooks = { (V1.Hook)9 },
                        Select = new V1.Selector
                        {
                            All = new V1.SelectorList
                            {
                                Selectors =
                                {
                                    new V1.Selector { Src = new V1.PrefixList { Prefixes = { "10.0.0.0/8", "10.0.0.300" } } },
                                    new V1.Selector(),
                                    new V1.Selector { Port = new V1.PortRangeList { Ranges = { new V1.PortRange { First = 9, Last = 3 } } } },
                                },
                            },
                        },
                        Actors = { new V1.Actor(), new V1.Actor { RateLimit = new V1.RateLimitActor { BitsPerSecond = 5, Per = (V1.RateScope)9 } } },
                    },
                },
            },
        };

        PolicyLoadResult loaded = PolicySources.Load(source, s_environment);

        Assert.Null(loaded.Compiled);
        Assert.Equal(
            [
                "chains[0].actors[0]",
                "chains[0].actors[1].rate_limit.per",
                "chains[0].actors[1].rate_limit.rate",
                "chains[0].hooks[0]",
                "chains[0].priority",
                "chains[0].select.all[0].src[1]",
                "chains[0].select.all[1]",
                "chains[0].select.all[2].port[0]",
                "name",
            ],
            loaded.Errors.Select(e => e.Path).Order(StringComparer.Ordinal));
        Assert.All(loaded.Errors, e => Assert.NotEmpty(e.Hint));
    }

    [Fact]
    public void Numbers_of_selectors_that_are_out_of_range_are_reported_and_not_bent()
    {
        V1.Selector[] selectors =
        [
            new() { Sample = new V1.SampleSelector { Buckets = new V1.BucketSample { Of = 65536, Buckets = Ranges(0) } } },
            new() { Sample = new V1.SampleSelector { Buckets = new V1.BucketSample { Of = 65535 } } },
            new() { Sample = new V1.SampleSelector() },
            new() { Vlan = Ranges(4095) },
            new() { Connection = new V1.ConnectionSelector { Version = 256 } },
            new() { Connection = new V1.ConnectionSelector { AddressId = Ranges(256) } },
            new() { Connection = new V1.ConnectionSelector() },
            new() { Sequence = new V1.SequenceSelector { Data = new V1.UintRangeList { Ranges = { new V1.UintRange { First = 9, Last = 3 } } } } },
        ];
        foreach (V1.Selector selector in selectors)
        {
            var chain = new V1.Chain { Name = "c", Select = selector, Actors = { new V1.Actor { Count = new V1.CountActor() } } };
            PolicyLoadResult loaded = PolicySources.Load(new V1.PolicySource { Policy = new V1.Policy { Name = "x", Chains = { chain } } }, s_environment);
            Assert.True(loaded.Compiled is null && loaded.Errors.Count == 1, $"{selector}: {string.Join(' ', loaded.Errors)}");
            Assert.StartsWith("chains[0].select.", loaded.Errors[0].Path, StringComparison.Ordinal);
        }

        static V1.UintRangeList Ranges(ulong number) => new() { Ranges = { new V1.UintRange { First = number } } };
    }

    [Fact]
    public void A_source_without_a_policy_is_an_error()
    {
        Assert.Single(PolicySources.Load(null, s_environment).Errors);
        Assert.Single(PolicySources.Load(new V1.PolicySource(), s_environment).Errors);
    }

    [Fact]
    public void The_nics_a_policy_names_are_found_wherever_they_stand()
    {
        PolicyDocument document = PolicyReader.Read(Everything).Document!;

        Assert.Equal(["selectors", "actors", "leaving"], PolicyNics.ChainsNaming(document, ["eth1"]));
        Assert.Empty(PolicyNics.ChainsNaming(document, ["eth2"]));
    }

    [Fact]
    public void Nics_that_are_not_attached_get_indexes_from_the_top()
    {
        PolicyDocument document = PolicyReader.Read(Everything).Document!;
        var attached = new PolicyEnvironment(
            new Dictionary<string, int> { ["eth0"] = 0, ["top"] = PolicyEnvironment.MaxPorts - 1 },
            new Dictionary<string, PolicyOperator> { ["asks"] = new(0, IsSelector: true), ["acts"] = new(1, IsSelector: false) });

        PolicyEnvironment expected = PolicyNics.Expecting(document, attached);

        Assert.Equal((0, PolicyEnvironment.MaxPorts - 1), (expected.Ports["eth0"], expected.Ports["top"]));
        Assert.Equal(PolicyEnvironment.MaxPorts - 2, expected.Ports["eth1"]);
        Assert.Equal(expected.Ports.Count, expected.Ports.Values.Distinct().Count());
        Assert.Empty(PolicyValidator.Validate(document, expected));
    }

    private static MacAddress Mac(string text) => MacAddress.TryParse(text, out MacAddress mac) ? mac : throw new FormatException(text);
}
