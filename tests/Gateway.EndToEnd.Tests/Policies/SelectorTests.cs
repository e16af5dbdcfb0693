using System.Globalization;
using System.Text.RegularExpressions;
using Gateway.Lab;
using Gateway.V1;

namespace Gateway.EndToEnd.Tests;

/// <summary>Selectors on what real hosts send, packet for packet against another program's reading of it.</summary>
[Collection(OnSharedPaths.Name)]
public sealed partial class SelectorTests(SharedPaths paths)
{
    private const int First = 20_000;

    /// <summary>Each packet is counted by the first chain that matches, and no packet is missing.</summary>
    [Theory]
    [InlineData(LabMode.Routed, Family.V4)]
    [InlineData(LabMode.Wire, Family.V6)]
    public async Task Each_selects_the_packets_that_tcpdump_says(LabMode mode, Family family)
    {
        await using PathUnderTest path = await paths.TakeAsync(mode, family);
        Row[] rows = [.. Rows(path.Lab.Paths[0], path.Lab.Paths[1], family)];
        IEnumerable<string> chains = rows.Select((row, i) =>
            $"  - {{name: {row.Chain}, priority: {rows.Length - i}, select: {row.Select}, actors: [count]}}");
        await path.Api.Policies.ApplyAsync($"version: 1\nname: rows\nchains:\n{string.Join('\n', chains)}\n");

        await using HostRecording recording = await HostRecording.StartAsync(path.Lab, "-U", "--immediate-mode", "-Q", "out", "-s", "160");
        await using (Transfer transfer = await path.StartAsync())
        {
            await path.WaitForJoinAsync(transfer);
            await path.AssertWholeAsync(await transfer.StopAsync());
        }

        await Wait.UntilAsync(
            async () => (await path.Lab.Client.ReadSubflowsAsync()).Count == 0 && (await path.Lab.Server.ReadSubflowsAsync()).Count == 0,
            "the subflows have ended");
        CountersResponse counters = await path.Api.Telemetry.CountersAsync();
        var sent = new List<Sent>();
        foreach (NicRecording nic in await recording.StopAsync())
        {
            Assert.True(nic.IsWhole, nic.Nic);
            sent.AddRange((await nic.ReadTextAsync()).Select(line => Sent.Read(nic.Nic, line)));
        }


        Dictionary<string, int> expected = sent.CountBy(packet => rows.First(row => row.Means(packet)).Chain).ToDictionary();
        Assert.All(rows, row => Assert.True(expected.GetValueOrDefault(row.Chain) > 0, $"{row.Chain} is shown by no packet of\n{string.Join('\n', sent.Select(s => s.Text).Take(12))}"));
        Assert.Equal(
            rows.Select(row => (row.Chain, (ulong)expected[row.Chain])),
            rows.Select(row => (row.Chain, counters.Chains.Single(c => c.Chain == row.Chain).Packets)));
    }

    private static IEnumerable<Row> Rows(LabPath first, LabPath second, Family family)
    {
        string c1 = first.Client(family).ToString(), c2 = second.Client(family).ToString(), s2 = second.Server(family).ToString();
        int all = family == Family.V4 ? 32 : 128;
        yield return new("src", $"[{{src: {Quoted(c2)}}}, {{packet_type: syn}}]", p => p.From == c2 && p.Flags == "S");
        yield return new("capable-syn", "[{packet_type: mp_capable}, {packet_type: syn}]", p => p.Flags == "S" && p.Says("capable"));
        yield return new("syn-ack", "{packet_type: syn_ack}", p => p.Flags == "S.");
        yield return new("join", "{packet_type: mp_join}", p => p.Says("join"));
        yield return new("capable", "{packet_type: mp_capable}", p => p.Says("capable"));
        yield return new("add-addr", "{packet_type: add_addr}", p => p.Says("add-addr v1 "));
        yield return new("add-addr-echo", "{packet_type: add_addr_echo}", p => p.Says("add-addr v1-echo "));
        yield return new("fin", "{packet_type: fin}", p => p.Flags.Contains('F', StringComparison.Ordinal));
        yield return new("dst-port", $"[{{src: {Quoted(c2)}}}, {{dst_port: \"{MptcpLab.Port - 1}-{MptcpLab.Port}\"}}, {{packet_type: pure_ack}}]", p => p.From == c2 && p.ToPort == MptcpLab.Port && p.Length == 0);
        yield return new("ip-pair", $"[{{ip_pair: {{a: {Quoted(s2)}, b: {Quoted(c2)}}}}}, {{packet_type: pure_ack}}]", p => (p.From == c2 || p.To == c2) && p.Length == 0);
        yield return new("subflow", $"{{subflow: {{src: {Quoted(s2)}, src_port: {MptcpLab.Port}}}}}", p => p.From == s2 || p.To == s2);
        yield return new("sequence", $"[{{dst: [{Quoted($"{c1}/{all}")}]}}, {{packet_type: data}}, {{sequence: {{subflow: 0-{First - 1}}}}}]", p => p.To == c1 && p.Length > 0 && p.Sequence < First);
        yield return new("dss", "[{packet_type: data}, {packet_type: dss}]", p => p.Length > 0 && p.Says("dss"));
        yield return new("direction", $"[{{direction: original}}, {{ingress_port: {first.GatewayClientPort}}}, {{packet_type: data_ack}}]", p => p.Nic == first.ClientNic && p.From == c1 && p.Says("dss (fin )?ack"));
        yield return new("src-port", $"{{src_port: {MptcpLab.Port}}}", p => p.FromPort == MptcpLab.Port);
    }

    private static string Quoted(string address) => $"\"{address}\"";

    private sealed record Row(string Chain, string Select, Func<Sent, bool> Means);

    /// <summary>A line of tcpdump. Sequence 0 is the first byte.</summary>
    private sealed record Sent(string Nic, string From, int FromPort, string To, int ToPort, string Flags, long Sequence, int Length, string Text)
    {
        public static Sent Read(string nic, string line)
        {
            Match match = Line().Match(line);
            Assert.True(match.Success, line);
            string Group(string name) => match.Groups[name].Value;
            int Number(string name) => match.Groups[name].Success ? int.Parse(Group(name), CultureInfo.InvariantCulture) : 0;
            return new(
                nic, Group("from"), Number("fromPort"), Group("to"), Number("toPort"), Group("flags"),
                match.Groups["seq"].Success ? long.Parse(Group("seq"), CultureInfo.InvariantCulture) : 0, Number("length"), line);
        }

        /// <summary>Whether tcpdump names an MPTCP option so.</summary>
        public bool Says(string option) => Regex.IsMatch(Text, $@"mptcp( \d+)?( unknown)? {option}");
    }

    [GeneratedRegex(@"^IP6? (?<from>\S+)\.(?<fromPort>\d+) > (?<to>\S+)\.(?<toPort>\d+): Flags \[(?<flags>[^\]]+)\](, seq (?<seq>\d+)(:\d+)?)?.*, length (?<length>\d+)")]
    private static partial Regex Line();
}
