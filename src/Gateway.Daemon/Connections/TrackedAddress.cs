using System.Net;

namespace Gateway.Daemon.Connections;

/// <summary>An address one end announced by ADD_ADDR (RFC 8684, section 3.4.1).</summary>
internal sealed class TrackedAddress(byte addressId, bool byClient)
{
    public byte AddressId { get; } = addressId;

    public bool ByClient { get; } = byClient;

    public required IPAddress Address { get; set; }

    /// <summary>0 when the option carried none.</summary>
    public ushort Port { get; set; }

    public bool Hidden { get; set; }

    public bool Echoed { get; set; }

    public bool Removed { get; set; }
}
