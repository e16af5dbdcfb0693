namespace Gateway.Benchmarks.Traffic;

/// <summary>A SYN as it arrived.</summary>
/// <param name="Number">Which one.</param>
/// <param name="Port">Destination port.</param>
/// <param name="Dscp">DSCP (RFC 2474).</param>
/// <param name="Multipath">Whether it still asks for MPTCP.</param>
internal readonly record struct Syn(int Number, ushort Port, byte Dscp, bool Multipath);
