using System.Net;
using System.Net.Sockets;
using Gateway.Policy;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Named sets of subflows, filled while a policy runs that names them.</summary>
[Collection(OnPacketBench.Name)]
public sealed class SubflowSetTests(PacketBench bench)
{
    private static readonly Conversation s_v4 = new();

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_subflow_is_selected_both_ways_while_it_is_in_the_set(bool ipv6)
    {
        Conversation talk = ipv6 ? Conversation.V6 : s_v4, other = talk with { ClientPort = 40001 };
        bench.StartSelector("subflow_set: chosen", [.. talk.Handshake, .. other.Handshake]);
        AssertSelected(talk, false);

        // The flow is known, and known not to be in the set.
        Assert.Equal((1, 0), bench.Sets.Update("chosen", [Tuple(talk)], []));
        AssertSelected(talk, true);
        AssertSelected(other, false);
        Assert.Equal((0, 0), bench.Sets.Update("chosen", [Tuple(talk, turned: true)], []));

        // Neither known nor looked up before.
        bench.Forget();
        AssertSelected(talk, true);
        AssertSelected(other, false);

        Assert.Equal((1, 1), bench.Sets.Update("chosen", [Tuple(other)], [Tuple(talk, turned: true)]));
        AssertSelected(talk, false);
        AssertSelected(other, true);
        Assert.Equal(1, bench.Sets.Clear("chosen"));
        AssertSelected(other, false);
    }

    [Fact]
    public void A_tagged_subflow_is_selected_too_and_its_negation_is_not()
    {
        Conversation tagged = s_v4 with { Vlan = 7 };
        bench.StartSelector("not: {subflow_set: tagged}", tagged.Handshake);
        Assert.True(bench.Selects(tagged.Data(), BenchPort.Tagged));
        bench.Sets.Update("tagged", [Tuple(tagged)], []);
        Assert.False(bench.Selects(tagged.Data(), BenchPort.Tagged));
        Assert.False(bench.Selects(tagged.Data(fromClient: false), BenchPort.Tagged));
        Assert.True(bench.Selects((tagged with { ServerPort = 1 }).Data(), BenchPort.Tagged));
    }

    /// <summary>Sets of every word of a flow's memory, addresses in any order, against what was put in.</summary>
    [Fact]
    public void What_is_in_a_set_is_found_and_nothing_else()
    {
        var random = new Random(7);
        string[] names = [.. Enumerable.Range(0, 40).Select(i => $"many-{i:d2}")];
        foreach (string name in names)
        {
            bench.Sets.Create(name);
        }

        Conversation[] talks = [.. Enumerable.Range(0, 60).Select(i => i % 2 == 0
            ? new Conversation { Client = $"192.0.2.{random.Next(1, 255)}", Server = $"192.0.2.{random.Next(1, 255)}", ClientPort = (ushort)random.Next(1, 4), ServerPort = (ushort)random.Next(1, 65536) }
            : new Conversation { Client = $"2001:db8::{random.Next(1, 65536):x}:1", Server = $"2001:db8::{random.Next(1, 65536):x}:1", ClientPort = (ushort)random.Next(1, 65536), ServerPort = (ushort)random.Next(1, 4) })
            .Where(talk => talk.Client != talk.Server)];
        var members = names.ToDictionary(name => name, _ => new HashSet<Conversation>());
        foreach (string asked in (string[])["many-00", "many-15", "many-16", "many-39"])
        {
            bench.StartSelector($"subflow_set: {asked}");
            for (int round = 0; round < 4; round++)
            {
                foreach (string name in names)
                {
                    Conversation[] come = [.. talks.Where(_ => random.Next(4) == 0)], leave = [.. talks.Where(_ => random.Next(4) == 0)];
                    int left = leave.Count(members[name].Remove), came = come.Count(members[name].Add);
                    Assert.Equal((came, left), bench.Sets.Update(name, [.. come.Select(talk => Tuple(talk, random.Next(2) == 0))], [.. leave.Select(talk => Tuple(talk, random.Next(2) == 0))]));
                }

                foreach (Conversation talk in talks)
                {
                    Assert.True(members[asked].Contains(talk) == bench.Selects(talk.Data(fromClient: random.Next(2) == 0)), $"{asked}: {talk.Client}:{talk.ClientPort} {talk.Server}:{talk.ServerPort}");
                }
            }
        }

        foreach (string name in names)
        {
            IEnumerable<SubflowTuple> stored = bench.Sets.Members(name).Select(m => m.Subflow);
            Assert.Equal(members[name].Count, stored.Count());
            Assert.All(members[name], talk => Assert.True(stored.Contains(Tuple(talk)) || stored.Contains(Tuple(talk, turned: true))));
            bench.Sets.Clear(name);
        }
    }

    private void AssertSelected(Conversation talk, bool expected)
    {
        Assert.Equal(expected, bench.Selects(talk.Data()));
        Assert.Equal(expected, bench.Selects(talk.Data(fromClient: false)));
        Assert.Equal(expected, bench.Selects(talk.Data()));
    }

    private static SubflowTuple Tuple(Conversation talk, bool turned = false)
    {
        (IpFamily family, UInt128 client) = Read(talk.Client);
        (_, UInt128 server) = Read(talk.Server);
        return turned
            ? new SubflowTuple(family, server, talk.ServerPort, client, talk.ClientPort)
            : new SubflowTuple(family, client, talk.ClientPort, server, talk.ServerPort);
    }

    private static (IpFamily Family, UInt128 Address) Read(string text)
    {
        IPAddress address = IPAddress.Parse(text);
        UInt128 number = address.GetAddressBytes().Aggregate(UInt128.Zero, (value, part) => (value << 8) | part);
        return (address.AddressFamily == AddressFamily.InterNetwork ? IpFamily.IPv4 : IpFamily.IPv6, number);
    }
}
