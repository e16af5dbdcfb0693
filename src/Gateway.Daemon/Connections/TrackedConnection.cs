using System.Globalization;
using System.Net;
using Gateway.DataPlane;
using Gateway.V1;

namespace Gateway.Daemon.Connections;

/// <summary>What is known of one MPTCP connection. Keys are never kept: only the tokens made of them.</summary>
internal sealed class TrackedConnection(long firstSeen)
{
    /// <summary>Ended subflows that are remembered.</summary>
    private const int MaxEndedSubflows = 64;

    public uint ClientToken { get; set; }

    public uint ServerToken { get; set; }

    public int Version { get; set; } = 1;

    public ConnectionState State { get; set; } = ConnectionState.Handshake;

    public List<TrackedSubflow> Subflows { get; } = [];

    public List<TrackedAddress> Addresses { get; } = [];

    public long FirstSeen { get; } = firstSeen;

    public long LastSeen { get; set; } = firstSeen;

    /// <summary>Watchers know of it.</summary>
    public bool IsAnnounced { get; set; }

    /// <summary>Client token in the high half, server token in the low half.</summary>
    public ulong Id => (ulong)ClientToken << 32 | ServerToken;

    /// <summary>Whether both tokens are known, so that <see cref="Name"/> will not change.</summary>
    public bool IsIdentified => ClientToken != 0 && ServerToken != 0;

    public bool IsEnded => State is ConnectionState.Closed or ConnectionState.Fastclosed or ConnectionState.Reset;

    /// <summary>The id people see. Without both tokens the first subflow tells connections apart.</summary>
    public string Name
    {
        get
        {
            string tokens = NameOf(Id);
            return IsIdentified || Subflows.Count == 0 ? tokens : $"{tokens}@{Text(Subflows[0].Client)}-{Text(Subflows[0].Server)}";
        }
    }

    /// <summary>"client:server", eight hexadecimal digits each.</summary>
    public static string NameOf(ulong id) =>
        string.Create(CultureInfo.InvariantCulture, $"{(uint)(id >> 32):x8}:{(uint)id:x8}");

    /// <summary>Adds a subflow; returns an ended one that is no longer remembered because of it.</summary>
    public TrackedSubflow? Add(TrackedSubflow subflow)
    {
        Subflows.Add(subflow);
        if (Subflows.Count <= MaxEndedSubflows || Subflows.Find(s => s.IsEnded && !s.Initial) is not { } oldest)
        {
            return null;
        }

        Subflows.Remove(oldest);
        return oldest;
    }

    public TrackedAddress? FindAddress(byte addressId, bool byClient) =>
        Addresses.Find(a => a.AddressId == addressId && a.ByClient == byClient);

    public Connection ToMessage()
    {
        var message = new Connection
        {
            Id = Name,
            ClientToken = ClientToken,
            ServerToken = ServerToken,
            Version = (uint)Version,
            State = State,
            FirstSeenUnixNanos = FirstSeen,
            LastSeenUnixNanos = LastSeen,
        };
        message.Subflows.AddRange(Subflows.Select(ToMessage));
        message.Addresses.AddRange(Addresses.Select(ToMessage));
        return message;
    }

    private static string Text(FlowEnd end) => new IPEndPoint(end.Address, end.Port).ToString();

    private static Subflow ToMessage(TrackedSubflow subflow) => new()
    {
        ClientAddress = subflow.Client.Address.ToString(),
        ClientPort = subflow.Client.Port,
        ServerAddress = subflow.Server.Address.ToString(),
        ServerPort = subflow.Server.Port,
        State = subflow.State,
        Initial = subflow.Initial,
        ClientAddressId = subflow.ClientAddressId,
        ServerAddressId = subflow.ServerAddressId,
        ClientBackup = subflow.ClientBackup,
        ServerBackup = subflow.ServerBackup,
        RttNanos = subflow.RttNanos,
        Original = subflow.Original,
        Reply = subflow.Reply,
        IngressNic = subflow.IngressNic,
        Ordinal = subflow.Ordinal,
    };

    private static AnnouncedAddress ToMessage(TrackedAddress address) => new()
    {
        Address = address.Address.ToString(),
        Port = address.Port,
        AddressId = address.AddressId,
        ByClient = address.ByClient,
        Hidden = address.Hidden,
        Echoed = address.Echoed,
        Removed = address.Removed,
    };
}
