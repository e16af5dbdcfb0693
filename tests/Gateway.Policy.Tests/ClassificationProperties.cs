using FsCheck;
using FsCheck.Fluent;

namespace Gateway.Policy.Tests;

public class ClassificationProperties
{
    private static readonly Config s_config = Config.QuickThrowOnFailure.WithMaxTest(1500);

    [Fact]
    public void The_compiled_policy_and_the_document_always_name_the_same_chain()
    {
        int hits = 0;
        int misses = 0;
        var cases = from document in PolicyGenerators.Document
                    from packets in PolicyGenerators.Packet.ArrayOf(40)
                    select (document, packets);
        Check.One(s_config, Prop.ForAll(cases.ToArbitrary(), c =>
        {
            if (CompileWithoutDeadChains(c.document, c.packets) is not var (document, compiled))
            {
                return;
            }

            foreach (PolicyPacket packet in c.packets)
            {
                int expected = PolicyEvaluator.Match(document, PolicyGenerators.Environment, packet);
                Assert.Equal((expected, packet), (compiled.Classify(packet), packet));
                _ = expected < 0 ? misses++ : hits++;
            }
        }));
        Assert.True(hits > 5000 && misses > 5000, $"{hits} hits, {misses} misses: the generators say nothing");
    }

    [Fact]
    public void A_capture_takes_what_its_selector_says_and_leaves_every_packet_its_chain()
    {
        int captured = 0;
        int spared = 0;
        var cases = from document in PolicyGenerators.Document
                    from other in PolicyGenerators.Document
                    from packets in PolicyGenerators.Packet.ArrayOf(40)
                    select (document, capture: other.Chains.Count == 0 ? new AllSelector([]) : other.Chains[0].Select ?? new AllSelector([]), packets);
        Check.One(s_config.WithMaxTest(700), Prop.ForAll(cases.ToArbitrary(), c =>
        {
            if (CompileWithoutDeadChains(c.document, c.packets) is not var (document, compiled))
            {
                return;
            }

            if (PolicyCompiler.Compile(document, PolicyGenerators.Environment, CompilerLimits.Default, c.capture).Policy is not { } capturing)
            {
                return;
            }

            PolicyDocument selector = document with { Chains = [new Chain("capture", 0, Hooks.Ingress | Hooks.Egress, [], c.capture, [])] };
            foreach (PolicyPacket packet in c.packets)
            {
                bool expected = PolicyEvaluator.Match(selector, PolicyGenerators.Environment, packet) == 0;
                int term = capturing.FindTerm(packet);
                Assert.Equal((compiled.Classify(packet), packet), (capturing.Classify(packet), packet));
                Assert.Equal((expected, packet), (term >= 0 && capturing.Terms[term].Captures, packet));
                _ = expected ? captured++ : spared++;
            }
        }));
        Assert.True(captured > 2000 && spared > 2000, $"{captured} captured, {spared} not: the generators say nothing");
    }

    [Fact]
    public void Packets_of_exact_subflows_meet_their_rules()
    {
        // Packets made from the subflows of the policy, so that exact tables are really hit.
        int exact = 0;
        var cases = from document in PolicyGenerators.Document
                    from packet in PolicyGenerators.Packet
                    select (document, packet);
        Check.One(s_config, Prop.ForAll(cases.ToArbitrary(), c =>
        {
            if (CompileWithoutDeadChains(c.document, [c.packet]) is not var (document, compiled))
            {
                return;
            }

            IEnumerable<PolicyPacket> packets =
            [
                .. compiled.ExactRules4.Select(r => c.packet with { Family = IpFamily.IPv4, Source = r.Source, Destination = r.Destination, SourcePort = r.SourcePort, DestinationPort = r.DestinationPort }),
                .. compiled.ExactRules6.Select(r => c.packet with { Family = IpFamily.IPv6, Source = r.Source, Destination = r.Destination, SourcePort = r.SourcePort, DestinationPort = r.DestinationPort }),
            ];
            foreach (PolicyPacket packet in packets)
            {
                Assert.Equal(PolicyEvaluator.Match(document, PolicyGenerators.Environment, packet), compiled.Classify(packet));
                exact++;
            }
        }));
        Assert.True(exact > 500, $"only {exact} packets had an exact rule");
    }

    [Fact]
    public void Compiling_twice_gives_the_same_tables()
    {
        Check.One(s_config.WithMaxTest(200), Prop.ForAll(PolicyGenerators.Document.ToArbitrary(), document =>
        {
            CompileResult first = PolicyCompiler.Compile(document, PolicyGenerators.Environment, CompilerLimits.Default);
            PolicyDocument copy = PolicyReader.Read(PolicyWriter.Write(document)).Document!;
            CompileResult second = PolicyCompiler.Compile(copy, PolicyGenerators.Environment, CompilerLimits.Default);
            Assert.Equal(first.Errors, second.Errors);
            if (first.Policy is { } a && second.Policy is { } b)
            {
                Assert.Equal(a.Terms.AsEnumerable(), b.Terms);
                Assert.Equal(a.Vectors.SelectMany(v => v), b.Vectors.SelectMany(v => v));
                Assert.Equal(a.Prefixes4.AsEnumerable(), b.Prefixes4);
                Assert.Equal(a.Prefixes6.AsEnumerable(), b.Prefixes6);
                Assert.Equal(a.SourcePorts.ClassOfPort.AsSpan(), b.SourcePorts.ClassOfPort.AsSpan());
                Assert.Equal(a.SourcePorts.VectorOfClass.AsEnumerable(), b.SourcePorts.VectorOfClass);
                Assert.Equal(a.DestinationPorts.ClassOfPort.AsSpan(), b.DestinationPorts.ClassOfPort.AsSpan());
                Assert.Equal(a.DestinationPorts.VectorOfClass.AsEnumerable(), b.DestinationPorts.VectorOfClass);
                Assert.Equal(a.PlaceVectors.AsEnumerable(), b.PlaceVectors);
                Assert.Equal(a.DirectionVectors.AsEnumerable(), b.DirectionVectors);
                Assert.Equal(a.ExactRules4.AsEnumerable(), b.ExactRules4);
                Assert.Equal(a.ExactRules6.AsEnumerable(), b.ExactRules6);
                Assert.Equal(a.ExactLists.SelectMany(l => l), b.ExactLists.SelectMany(l => l));
            }
        }));
    }

    [Fact]
    public void Tables_keep_what_they_promise()
    {
        Check.One(s_config.WithMaxTest(300), Prop.ForAll(PolicyGenerators.Document.ToArbitrary(), document =>
        {
            if (CompileWithoutDeadChains(document, []) is not var (_, compiled))
            {
                return;
            }

            Assert.Equal(IpPrefix.AllIPv4, compiled.Prefixes4[0].Prefix);
            Assert.Equal(IpPrefix.AllIPv6, compiled.Prefixes6[0].Prefix);
            Assert.Equal(compiled.Vectors.Length, compiled.Vectors.Select(v => string.Join(',', v)).Distinct().Count());
            Assert.All(compiled.Vectors[0], word => Assert.Equal(0ul, word));
            Assert.Equal(compiled.ExactRules4.Order(), compiled.ExactRules4.AsEnumerable());
            Assert.Equal(compiled.ExactRules4.Length, compiled.ExactRules4.Select(r => r with { List = 0 }).Distinct().Count());
            Assert.All(compiled.ExactLists, list => Assert.InRange(list.Length, 1, CompilerLimits.TermsPerExactRule));
            Assert.All(compiled.ExactLists, list => Assert.Equal(list.Order(), list.AsEnumerable()));
            // What can match by an exact rule can match by nothing else.
            foreach (ushort term in compiled.ExactLists.SelectMany(l => l).Distinct())
            {
                Assert.All(compiled.SourcePorts.VectorOfClass, v => Assert.Equal(0ul, compiled.Vectors[v][term >> 6] >> (term & 63) & 1));
                Assert.All(compiled.Prefixes4, p => Assert.Equal(0ul, compiled.Vectors[p.SourceVector][term >> 6] >> (term & 63) & 1));
            }
        }));
    }

    /// <summary>Chains that no packet can match are errors: they leave, and must not match for the document either. Null for the
    /// few random policies that exceed a limit.</summary>
    private static (PolicyDocument Document, CompiledPolicy Compiled)? CompileWithoutDeadChains(PolicyDocument document, PolicyPacket[] packets)
    {
        CompileResult result = PolicyCompiler.Compile(document, PolicyGenerators.Environment, CompilerLimits.Default);
        if (result.Policy is null)
        {
            if (result.Errors.Any(e => e.Message.Contains("the limit", StringComparison.Ordinal)))
            {
                return null;
            }

            var dead = result.Errors.Where(e => e.Message.StartsWith("No packet can match", StringComparison.Ordinal))
                .Select(e => int.Parse(e.Path.AsSpan(7, e.Path.IndexOf(']', StringComparison.Ordinal) - 7), System.Globalization.CultureInfo.InvariantCulture)).ToHashSet();
            Assert.Equal(result.Errors.Count, dead.Count);
            foreach (int chain in dead)
            {
                PolicyDocument alone = document with { Chains = [document.Chains[chain]] };
                Assert.All(packets, packet => Assert.Equal(-1, PolicyEvaluator.Match(alone, PolicyGenerators.Environment, packet)));
            }

            return CompileWithoutDeadChains(
                document with { Chains = ValueList.From(document.Chains.Where((_, i) => !dead.Contains(i))) }, packets);
        }

        Assert.Empty(result.Errors);
        return (document, result.Policy!);
    }
}
