using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>A packet as it came and as it went on, with what was done to it.</summary>
public sealed record CapturedPacket
{
    /// <summary>What the packet programs say of it; <see cref="PathEvent.Chain"/> is -1 when no chain ran.</summary>
    public required PathEvent Event { get; init; }

    /// <summary><see cref="Reason.None"/> when it passed, <see cref="Reason.Dropped"/> or <see cref="Reason.Redirected"/>.</summary>
    public Reason Fate => Event.Reason;

    /// <summary>NIC it was redirected to; null when it was not.</summary>
    public required string? Target { get; init; }

    /// <summary>Its headers as it came, from the Ethernet header to the end of the TCP options. May hold keys.</summary>
    public required ReadOnlyMemory<byte> Before { get; init; }

    /// <summary>The same as it went on.</summary>
    public required ReadOnlyMemory<byte> After { get; init; }

    /// <summary>Bytes of the whole frame as it came.</summary>
    public required int LengthBefore { get; init; }

    /// <summary>Bytes of the whole frame as it went on.</summary>
    public required int LengthAfter { get; init; }
}
