using System.Globalization;

namespace Gateway.Benchmarks.Hitless;

/// <summary>
/// Two policies whose marks tell at the receiver which of them a packet met. Each has a chain for even and one for odd ports at
/// ingress, which write different DSCPs, and one at egress, where the first takes MP_CAPABLE out and the second does nothing.
/// The second has its chains in the reverse order: an index of one in a table of the other shows as a wrong mark.
/// </summary>
internal static class SwapPolicies
{
    internal const byte FirstEven = 10, FirstOdd = 12, SecondEven = 20, SecondOdd = 22;

    internal static string First { get; } = Policy(
        Ingress("a-even", 0, FirstEven), Ingress("a-odd", 1, FirstOdd), "  - {name: a-out, priority: 5, hooks: [egress], select: {packet_type: syn}, actors: [strip_mptcp]}\n");

    internal static string Second { get; } = Policy(
        "  - {name: b-out, priority: 5, hooks: [egress], select: {packet_type: syn}, actors: [count]}\n", Ingress("b-odd", 1, SecondOdd), Ingress("b-even", 0, SecondEven));

    private static string Policy(params string[] chains) => $"version: 1\nname: swap\nchains:\n{string.Concat(chains)}";

    private static string Ingress(string name, int parity, byte dscp)
    {
        IEnumerable<int> ports = Enumerable.Range(0, Traffic.SynStream.Flows).Where(f => f % 2 == parity).Select(f => Traffic.SynStream.FirstPort + f);
        return string.Create(
            CultureInfo.InvariantCulture, $"  - {{name: {name}, priority: 1, select: {{dst_port: [{string.Join(", ", ports)}]}}, actors: [{{mark: {{dscp: {dscp}}}}}, count]}}\n");
    }
}
