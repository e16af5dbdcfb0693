using FsCheck;
using FsCheck.Fluent;
using Gateway.DataPlane.Tests.Packets;
using Gateway.Policy;

namespace Gateway.DataPlane.Tests.Differential;

/// <summary>Chains over few addresses, ports and types, so that packets of the same few meet many of them.</summary>
internal static class PolicyGenerators
{
    internal static readonly string[] Addresses4 = ["10.0.0.1", "10.0.0.2", "10.0.1.1", "10.1.0.1", "192.0.2.1"];
    internal static readonly string[] Addresses6 = ["2001:db8::1", "2001:db8::2", "2001:db8:1::1", "2001:db9::1"];
    internal static readonly int[] Ports = [80, 81, 127, 128, 5000, 65535];

    private static readonly string[] s_prefixes4 = [.. Addresses4, "10.0.0.0/24", "10.0.0.0/16", "10.0.0.0/8", "0.0.0.0/0", "192.0.0.0/3"];
    private static readonly string[] s_prefixes6 = [.. Addresses6, "2001:db8::/64", "2001:db8::/32", "::/0", "2001:db8::2/127"];
    private static readonly string[] s_ranges = ["80", "81", "80-81", "64-127", "100-6000", "5000-65535", "[80, 5000]"];

    private static readonly string[] s_types =
    [
        "syn", "syn_ack", "fin", "pure_ack", "data", "mp_capable", "mp_join", "dss", "data_ack", "add_addr", "add_addr4",
        "remove_addr", "mp_prio", "plain_tcp", "mptcp", "[syn, fin]", "[data, mp_prio]", "[dss, add_addr]",
    ];

    /// <summary>Chains in YAML that load, 1 to 12 of them.</summary>
    internal static Gen<string> Chains =>
        from count in Gen.Choose(1, 12)
        from chains in Chain.ListOf(count)
        let accepted = chains.Select((chain, i) => $"  - {{name: c{i}, {chain}}}\n").Where(Loads).ToArray()
        where accepted.Length > 0
        select string.Concat(accepted);

    private static Gen<string> Chain =>
        from priority in Gen.Choose(0, 3)
        from hooks in Gen.Elements("ingress", "egress", "ingress, egress")
        from ports in Gen.Frequency((3, Gen.Constant("")), (1, Gen.Elements("ports: [host], ", "ports: [partial], ", "ports: [host, unknown], ")))
        from selector in Gen.Frequency((1, Gen.Constant("")), (9, Selector(2).Select(s => $"select: {{{s}}}, ")))
        select $"priority: {priority}, hooks: [{hooks}], {ports}{selector}actors: [count]";

    private static Gen<string> Leaf => Gen.OneOf(
        Addressed("src"),
        Addressed("dst"),
        Gen.Elements(s_ranges).Select(r => $"src_port: {r}"),
        Gen.Elements(s_ranges).Select(r => $"dst_port: {r}"),
        Gen.Elements(s_ranges).Select(r => $"port: {r}"),
        Gen.Elements(s_types).Select(t => $"packet_type: {t}"),
        Gen.Elements(s_types).Select(t => $"packet_type: {t}"),
        Gen.Elements("original", "reply").Select(d => $"direction: {d}"),
        Pair(s_prefixes4),
        Pair(s_prefixes6),
        Subflow(Addresses4),
        Subflow(Addresses4),
        Subflow(Addresses6));

    private static Gen<string> Selector(int depth) => depth == 0 ? Leaf : Gen.Frequency(
        (4, Leaf),
        (3, List("all", depth)),
        (2, List("any", depth)),
        (1, Selector(depth - 1).Select(s => $"not: {{{s}}}")));

    private static Gen<string> List(string name, int depth) =>
        from count in Gen.Choose(2, 3)
        from selectors in Selector(depth - 1).ListOf(count)
        select $"{name}: [{string.Join(", ", selectors.Select(s => $"{{{s}}}"))}]";

    private static Gen<string> Addressed(string name) =>
        Gen.Elements<string>([.. s_prefixes4, .. s_prefixes6]).Select(p => $"{name}: \"{p}\"");

    private static Gen<string> Pair(string[] prefixes) =>
        from a in Gen.Elements(prefixes) from b in Gen.Elements(prefixes) select $"ip_pair: {{a: \"{a}\", b: \"{b}\"}}";

    private static Gen<string> Subflow(string[] addresses) =>
        from source in Gen.Elements(addresses)
        from destination in Gen.Elements(addresses)
        from sourcePort in Gen.Elements(Ports)
        from destinationPort in Gen.Elements(Ports)
        select $"subflow: {{src: \"{source}\", src_port: {sourcePort}, dst: \"{destination}\", dst_port: {destinationPort}}}";

    private static bool Loads(string chain) =>
        PolicyLoader.Load($"version: 1\nname: test\nchains:\n{chain}", PacketBench.Ports, CompilerLimits.Default).Compiled is not null;
}
