namespace Gateway.Benchmarks.EndToEnd;

/// <summary>What a path did in one round.</summary>
/// <param name="Mptcp">MPTCP goodput, Mbit/s.</param>
/// <param name="Tcp">TCP goodput, Mbit/s.</param>
/// <param name="Latency">Median of request and response over MPTCP, microseconds.</param>
/// <param name="Connections">MPTCP connections opened, used and closed one after the other, per second.</param>
/// <param name="SmallPackets">Small packets that arrived, per second, sent as fast as one CPU can.</param>
/// <param name="Cpu">CPU seconds of the whole machine per GB of the MPTCP transfer.</param>
internal sealed record PathFigures(double Mptcp, double Tcp, double Latency, double Connections, double SmallPackets, double Cpu);
