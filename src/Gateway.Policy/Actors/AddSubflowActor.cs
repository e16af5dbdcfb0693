namespace Gateway.Policy;

/// <summary>Tells a host of further addresses of its peer (ADD_ADDR, RFC 8684 section 3.4.1).</summary>
/// <param name="GiveBack">Give back the announcements that blk_subflow has hidden.</param>
/// <param name="Announce">Addresses to announce beside that, at most 4.</param>
/// <param name="ToServer">The end that accepted the connection learns them, instead of the end that opened it.</param>
public sealed record AddSubflowActor(bool GiveBack, ValueList<AnnouncedAddress> Announce, bool ToServer) : Actor;
