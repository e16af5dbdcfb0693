using FsCheck;
using FsCheck.Fluent;

namespace Gateway.Policy.Tests;

/// <summary>Acts on live subflows beside a policy.</summary>
public sealed class ActComposerTests
{
    [Fact]
    public void Packets_of_the_subflow_run_the_act_before_their_chain_and_others_run_what_they_ran()
    {
        int acted = 0, others = 0;
        var cases = from document in PolicyGenerators.Document
                    from packets in PolicyGenerators.Packet.ArrayOf(20)
                    select (document, packets);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(400), Prop.ForAll(cases.ToArbitrary(), c =>
        {
            if (c.packets.Length == 0)
            {
                return;
            }

            PolicyPacket first = c.packets[0];
            var act = new SubflowAct(
                7,
                new SubflowSelector(IpPrefix.Host(first.Family, first.Source), first.SourcePort, IpPrefix.Host(first.Family, first.Destination), first.DestinationPort),
                [new SetBackupActor(true)]);
            PolicyDocument composed = ActComposer.Compose(c.document, [act]);
            foreach (PolicyPacket packet in c.packets)
            {
                int before = PolicyEvaluator.Match(c.document, PolicyGenerators.Environment, packet);
                int after = PolicyEvaluator.Match(composed, PolicyGenerators.Environment, packet);
                string? ran = before < 0 ? null : c.document.Chains[before].Name, runs = after < 0 ? null : composed.Chains[after].Name;
                PolicyDocument alone = c.document with { Chains = [new Chain("alone", 0, Hooks.Ingress | Hooks.Egress, [], act.Subflow, [])] };
                if (PolicyEvaluator.Match(alone, PolicyGenerators.Environment, packet) < 0)
                {
                    Assert.Equal(ran, runs);
                    others++;
                }
                else if (before >= 0 && c.document.Chains[before].Hooks.HasFlag(Hooks.Ingress))
                {
                    Assert.Equal($"act-7-{before}", runs);
                    Assert.Equal(act.Actors[0], composed.Chains[after].Actors[0]);
                    acted++;
                }
                else
                {
                    // No chain, or one at egress alone: then the act has done its part at ingress.
                    Assert.Equal(before >= 0 ? ran : packet.Hook == Hook.Ingress ? "act-7" : null, runs);
                    acted++;
                }
            }
        }));
        Assert.True(acted > 200 && others > 2000, $"{acted} acted on, {others} others: the generators say nothing");
    }

    [Fact]
    public void A_chain_keeps_its_actors_of_other_kinds_and_none_behind_a_close()
    {
        var subflow = new SubflowSelector(IpPrefix.Parse("10.0.0.1"), 1, IpPrefix.Parse("10.0.0.2"), 2);
        var document = new PolicyDocument("p", [new Chain("all", 5, Hooks.Ingress, [], null, [new SetBackupActor(true), new CountActor(), new DropActor()])]);
        Assert.Equal(
            [new SetBackupActor(false), new CountActor(), new DropActor()],
            ActComposer.Compose(document, [new SubflowAct(1, subflow, [new SetBackupActor(false)])]).Chains[0].Actors);
        var close = new CloseSubflowActor(ResetReason.Prohibited);
        Assert.Equal([close], ActComposer.Compose(document, [new SubflowAct(1, subflow, [close])]).Chains[0].Actors);
        Assert.Same(document, ActComposer.Compose(document, []));
    }
}
