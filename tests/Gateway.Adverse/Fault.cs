namespace Gateway.Adverse;

/// <summary>What is wrong with the network.</summary>
/// <param name="Name">For people.</param>
/// <param name="Netem">What netem does at the egress of every host NIC, before the gateway.</param>
/// <param name="Behind">What netem does at the egress of the gateway's ports, behind it; a wire has no such place, it forwards by XDP_REDIRECT.</param>
/// <param name="Evidence">Host counters of which at least one grows, or the fault was none.</param>
/// <param name="CutsPaths">Whether each path loses everything for a while.</param>
internal sealed record Fault(string Name, string Netem, string? Behind, string[] Evidence, bool CutsPaths = false)
{
    /// <summary>Slow enough for the policies to change many times, and that an emulated machine keeps up.</summary>
    internal const string Rate = "limit 20000 rate 30mbit";

    private static readonly string[] s_loss = ["TcpRetransSegs"];
    private static readonly string[] s_order = ["TcpExtTCPOFOQueue"];
    private static readonly string[] s_duplicates = ["TcpExtTCPDSACKOldSent", "TcpExtTCPDSACKOfoSent"];

    internal static Fault Delay { get; } = new("delay", "delay 25ms", null, []);

    internal static Fault Loss { get; } = new("loss", "loss 1%", "loss 1%", s_loss);

    /// <summary>A quarter of the packets overtakes the others, and the delay of the others varies.</summary>
    internal static Fault Reordering { get; } = new("reordering", "delay 8ms 3ms reorder 25% 50%", null, s_order);

    internal static Fault Duplication { get; } = new("duplication", "duplicate 3%", "duplicate 3%", s_duplicates);

    internal static Fault Cut { get; } = new("cut", "delay 2ms", null, s_loss, CutsPaths: true);

    internal static Fault Everything { get; } =
        new("everything", "delay 10ms 4ms reorder 10% 50% loss 0.5% duplicate 1%", "loss 0.5% duplicate 1%", s_loss, CutsPaths: true);

    internal static IReadOnlyList<Fault> All { get; } = [Delay, Loss, Reordering, Duplication, Cut, Everything];
}
