namespace Gateway.Lab;

/// <summary>How long a flow took.</summary>
/// <param name="Milliseconds">From before connect() until the last byte was read, by the client's monotonic clock.</param>
/// <param name="Mptcp">The client's view of MPTCP at that moment.</param>
public sealed record FlowTime(double Milliseconds, MptcpInfo Mptcp);
