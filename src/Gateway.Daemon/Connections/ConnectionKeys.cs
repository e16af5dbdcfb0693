using Gateway.DataPlane;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;

namespace Gateway.Daemon.Connections;

/// <summary>
/// The keys of the latest connections (RFC 8684, section 3.1), to authenticate addresses with. They are in this memory
/// and nowhere else: never logged, stored or sent, and lost when the daemon ends. Safe for concurrent use.
/// </summary>
internal sealed class ConnectionKeys(int capacity = ConnectionKeys.DefaultCapacity)
{
    /// <summary>As many connections as the kernel's own table holds.</summary>
    private const int DefaultCapacity = 65_536;

    private readonly Lock _lock = new();
    private readonly Dictionary<ulong, Entry> _keys = [];
    private readonly Queue<ulong> _order = new();

    /// <summary>Takes the keys of an MP_CAPABLE that carries both; other events say nothing.</summary>
    public void Observe(in PathEvent seen)
    {
        if (seen.IsSyn() || seen.IsSynAck()
            || !MpCapableOption.TryRead(PathEventReading.OptionAt(seen.Options.Bytes, seen.OptionOffset), out MpCapableOption option)
            || option.SenderKey is not MptcpKey client || option.ReceiverKey is not MptcpKey server)
        {
            return;
        }

        ulong id = ((ulong)KeyDerivation.Token(client, option.Version) << 32) | KeyDerivation.Token(server, option.Version);
        lock (_lock)
        {
            if (!_keys.TryAdd(id, new Entry(client, server, option.Version)))
            {
                return;
            }

            _order.Enqueue(id);
            if (_order.Count > capacity)
            {
                _keys.Remove(_order.Dequeue());
            }
        }
    }

    /// <summary>Lays an announcement out for a connection; null when its keys were not seen.</summary>
    /// <param name="connectionId">As in <see cref="PathEvent.ConnectionId"/>.</param>
    /// <param name="toServer">The end that accepted the connection is to learn the address.</param>
    /// <param name="id">Address identifier.</param>
    /// <param name="address">The address.</param>
    /// <param name="port">Port to join; null for the connection's.</param>
    public TcpOption? Authenticate(ulong connectionId, bool toServer, byte id, System.Net.IPAddress address, ushort? port)
    {
        Entry? known;
        lock (_lock)
        {
            known = _keys.GetValueOrDefault(connectionId);
        }

        if (known is null)
        {
            return null;
        }

        // RFC 6824, section 3.4.1 knows no HMAC.
        return known.Version == MptcpVersion.V0
            ? MptcpOptions.AddAddrV0(id, address, port)
            : MptcpOptions.AddAddr(
                id,
                address,
                AddAddrHmac.Compute(toServer ? known.Client : known.Server, toServer ? known.Server : known.Client, id, address, port ?? 0),
                port);
    }

    private sealed class Entry(MptcpKey client, MptcpKey server, MptcpVersion version)
    {
        public MptcpKey Client => client;

        public MptcpKey Server => server;

        public MptcpVersion Version => version;
    }
}
