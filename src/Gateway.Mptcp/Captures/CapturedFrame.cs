namespace Gateway.Mptcp.Captures;

/// <summary>One frame of a capture.</summary>
/// <param name="InterfaceId">Index of its interface in the section.</param>
/// <param name="LinkType">LINKTYPE of that interface; 1 is Ethernet.</param>
/// <param name="Timestamp">Time in the interface's units, microseconds since 1970 unless it says otherwise.</param>
/// <param name="Data">The captured first bytes.</param>
/// <param name="OriginalLength">Bytes the frame had on the wire.</param>
public sealed record CapturedFrame(int InterfaceId, int LinkType, ulong Timestamp, ReadOnlyMemory<byte> Data, int OriginalLength);
