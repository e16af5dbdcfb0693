using Gateway.Client;
using Gateway.V1;

namespace Gateway.Cli.Tests;

public sealed class PolicyChainTests
{
    [Fact]
    public void A_chain_written_in_CSharp_is_the_message_of_the_policy_file()
    {
        Policy policy = PolicyChain.Named("demote-lte")
            .Priority(100)
            .At(Hook.Ingress, Hook.Egress)
            .On("wan0", "wan1")
            .Select(s => s.Subflow(src: "10.0.2.0/24", dstPort: 443).And.PacketType(PacketType.Data, PacketType.PureAck))
            .Do(a => a.SetBackup().Record())
            .ToPolicy("lte-is-backup");

        Policy expected = Policy.Parser.ParseJson(
            """
            { "name": "lte-is-backup", "chains": [ {
              "name": "demote-lte", "priority": 100, "hooks": ["HOOK_INGRESS", "HOOK_EGRESS"], "ports": ["wan0", "wan1"],
              "select": { "all": { "selectors": [
                { "subflow": { "src": "10.0.2.0/24", "dstPort": 443 } },
                { "packetType": { "types": ["PACKET_TYPE_DATA", "PACKET_TYPE_PURE_ACK"] } } ] } },
              "actors": [ { "setBackup": { "backup": true } }, { "record": {} } ] } ] }
            """);
        Assert.Equal(expected, policy);
    }

    [Fact]
    public void Conditions_have_their_messages()
    {
        Chain chain = PolicyChain.Named("c").Select(s => s
            .Vlan(7, 8).And.DataSequence(10_000_000).And.SubflowSequence(0, 99).And.SubflowFrom(2).And.AfterBytes(5).And.OneIn(100)
            .And.Buckets(10, of: 100, byConnection: true).And.Custom("mine", 5)).ToChain();

        Assert.Equal(
            Selector.Parser.ParseJson(
                """
                { "all": { "selectors": [
                  { "vlan": { "ranges": [{ "first": "7" }, { "first": "8" }] } },
                  { "sequence": { "data": { "ranges": [{ "first": "10000000", "last": "18446744073709551615" }] } } },
                  { "sequence": { "subflow": { "ranges": [{ "last": "99" }] } } },
                  { "connection": { "subflow": { "ranges": [{ "first": "2", "last": "18446744073709551615" }] } } },
                  { "connection": { "bytes": { "ranges": [{ "first": "5", "last": "18446744073709551615" }] } } },
                  { "sample": { "oneIn": 100 } },
                  { "sample": { "buckets": { "buckets": { "ranges": [{ "last": "9" }] }, "of": 100, "byConnection": true } } },
                  { "custom": { "operator": "mine", "args": ["5"] } } ] } }
                """),
            chain.Select);
    }

    [Fact]
    public void A_chain_is_not_changed_by_what_is_made_of_it()
    {
        PolicyChain common = PolicyChain.Named("c").Do(a => a.Count());

        Chain first = common.Do(a => a.Drop()).ToChain();
        common.ToChain().Actors.Clear();

        Assert.Equal([Actor.ActorOneofCase.Count, Actor.ActorOneofCase.Drop], first.Actors.Select(actor => actor.ActorCase));
        Assert.Equal([Actor.ActorOneofCase.Count], common.ToChain().Actors.Select(actor => actor.ActorCase));
        Assert.Null(common.ToChain().Select);
    }

    [Fact]
    public void A_policy_keeps_the_order_of_its_chains()
    {
        Policy policy = PolicyChain.Policy("p", PolicyChain.Named("a"), PolicyChain.Named("b"));

        Assert.Equal(["a", "b"], policy.Chains.Select(chain => chain.Name));
    }

    [Fact]
    public void Every_actor_has_its_message()
    {
        Chain chain = PolicyChain.Named("c").Do(a => a
            .SetBackup(false).BlkSubflow(ipv6: false, refuseJoin: true).RateLimit(20_000_000).RateLimit(5_000_000, RateScope.Chain, policer: false)
            .Redirect("wan0", "wan1").RedirectKeepingMac("wan0").RedirectToMac("wan0", "02:00:00:00:00:01")
            .GetConnect().GetSubflow().Record().Count().RedirectWeighted(("wan0", 3), ("wan1", 1)).GiveBackSubflows().Announce("10.0.9.2")
            .StripMptcp().CloseSubflow().MarkDscp(46).MarkSkb(16, 255).Mirror("wan1").Trace().Custom("mine", 7, 8)
            .Rewrite(dst: "10.0.9.1", dstPort: 5201).Rewrite(src: "10.0.8.1", srcPort: (40000, 40999)).Drop()).ToChain();

        Assert.Equal(
            Chain.Parser.ParseJson(
                """
                { "name": "c", "actors": [
                  { "setBackup": {} }, { "blkSubflow": { "ipv4": true, "refuseJoin": true } }, { "rateLimit": { "bitsPerSecond": 20000000 } }, { "rateLimit": { "bitsPerSecond": 5000000, "per": "RATE_SCOPE_CHAIN", "noPolicer": true } },
                  { "redirect": { "nics": ["wan0", "wan1"], "fib": {} } }, { "redirect": { "nics": ["wan0"], "keep": {} } },
                  { "redirect": { "nics": ["wan0"], "given": { "destination": "02:00:00:00:00:01" } } },
                  { "getConnect": {} }, { "getSubflow": {} }, { "record": {} }, { "count": {} },
                  { "redirect": { "nics": ["wan0", "wan1"], "weights": [3, 1], "fib": {} } }, { "addSubflow": { "giveBack": true } },
                  { "addSubflow": { "announce": [{ "address": "10.0.9.2" }] } }, { "stripMptcp": {} }, { "closeSubflow": { "reason": 3 } },
                  { "mark": { "dscp": 46 } }, { "mark": { "skb": 16, "mask": 255 } }, { "mirror": { "nic": "wan1" } }, { "trace": {} }, { "custom": { "operator": "mine", "args": [7, 8] } },
                  { "rewrite": { "dst": "10.0.9.1", "dstPort": 5201 } },
                  { "rewrite": { "src": "10.0.8.1", "srcPort": { "first": 40000, "last": 40999 } } }, { "drop": {} } ] }
                """),
            chain);
        Assert.Equal(Actor.Descriptor.Fields.InDeclarationOrder().Count, chain.Actors.Select(actor => actor.ActorCase).Distinct().Count());
    }
}
