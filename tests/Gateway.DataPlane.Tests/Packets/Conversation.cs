using System.Net;
using Gateway.Mptcp.Crypto;
using Gateway.Mptcp.Options;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>The packets of one subflow of an MPTCP connection, laid out as Linux lays them out.</summary>
internal sealed record Conversation
{
    internal string Client { get; init; } = "192.0.2.1";

    internal string Server { get; init; } = "198.51.100.2";

    internal ushort ClientPort { get; init; } = 40000;

    internal ushort ServerPort { get; init; } = 5201;

    internal MptcpKey ClientKey { get; init; } = new(0x0102030405060708);

    internal MptcpKey ServerKey { get; init; } = new(0x1112131415161718);

    internal MptcpVersion Version { get; init; } = MptcpVersion.V1;

    internal bool Timestamps { get; init; } = true;

    internal byte? ClientScale { get; init; } = 7;

    internal byte? ServerScale { get; init; } = 7;

    internal ushort Mss { get; init; } = 1460;

    /// <summary>Checksums hold the pseudo-header sum only.</summary>
    internal bool Partial { get; init; }

    internal ushort? Vlan { get; init; }

    internal static Conversation V6 { get; } = new() { Client = "2001:db8::1", Server = "2001:db8:9::2" };

    internal uint ClientToken => KeyDerivation.Token(ClientKey, Version);

    internal uint ServerToken => KeyDerivation.Token(ServerKey, Version);

    internal ulong ConnectionId => ((ulong)ClientToken << 32) | ServerToken;

    /// <summary>The three packets that open the connection.</summary>
    internal byte[][] Handshake => [Syn, SynAck, Ack];

    internal byte[] Syn => Opening(true, Version == MptcpVersion.V0 ? MptcpOptions.MpCapable(ClientKey, Version) : MptcpOptions.MpCapable()).Build();

    internal byte[] SynAck => Opening(false, MptcpOptions.MpCapable(ServerKey, Version)).Build();

    internal byte[] Ack => Packet(true, MptcpOptions.MpCapable(ClientKey, ServerKey, version: Version)).Build();

    /// <summary>The three packets by which this subflow joins a connection with the same keys.</summary>
    internal byte[][] JoinHandshake => [JoinSyn, JoinSynAck, JoinAck];

    internal byte[] JoinSyn => Opening(true, MptcpOptions.MpJoinSyn(ServerToken, 0xaabbccdd, addressId: 3)).Build();

    internal byte[] JoinSynAck => Opening(false, MptcpOptions.MpJoinSynAck(0x1234, 0x55667788, addressId: 4)).Build();

    internal byte[] JoinAck => Packet(true, MptcpOptions.MpJoinAck(new byte[20])).Build();

    /// <summary>A mapped data segment whose options fill all 40 bytes when there are timestamps.</summary>
    internal byte[] Data(bool fromClient = true, int bytes = 100, bool wideAck = true) => Packet(
        fromClient,
        MptcpOptions.Dss(0x8000000011223344, !wideAck, (0x9000000000000001, 1, (ushort)bytes)),
        TcpOption.NoOperation,
        TcpOption.NoOperation).WithPayload(Payload(bytes)).Build();

    /// <summary>The data sequence number of a direction's first payload byte.</summary>
    internal ulong FirstData(bool fromClient) =>
        KeyDerivation.InitialDataSequenceNumber(fromClient ? ClientKey : ServerKey, Version) + 1;

    /// <summary>A segment whose mapping says where in the connection and in the subflow it stands.</summary>
    internal byte[] Mapped(ulong place, uint subflowPlace, int bytes, bool fromClient = true, bool wide = true) => Packet(
            fromClient,
            MptcpOptions.Dss(7, true, (FirstData(fromClient) + place, 1 + subflowPlace, (ushort)bytes), dataSequence4: !wide))
        .WithSequence(unchecked((fromClient ? 1000u : 2000u) + subflowPlace))
        .WithPayload(new byte[bytes])
        .Build();

    /// <summary>A pure acknowledgment.</summary>
    internal byte[] DataAck(bool fromClient = true, bool wideAck = true) =>
        Packet(fromClient, MptcpOptions.Dss(0x8000000011223344, !wideAck)).Build();

    /// <summary>An ADD_ADDR alone on a pure acknowledgment, with the HMAC a receiver would accept.</summary>
    internal byte[] AddAddr(IPAddress address, ushort? port = null, bool fromClient = false, byte id = 9) =>
        Packet(fromClient, AddAddrOption(address, port, fromClient, id)).Build();

    internal TcpOption AddAddrOption(IPAddress address, ushort? port = null, bool fromClient = false, byte id = 9) =>
        Version == MptcpVersion.V0
            ? MptcpOptions.AddAddrV0(id, address, port)
            : MptcpOptions.AddAddr(
                id, address, AddAddrHmac.Compute(fromClient ? ClientKey : ServerKey, fromClient ? ServerKey : ClientKey, id, address, port ?? 0), port);

    /// <summary>A packet after the handshake: acknowledgment, timestamps when in use, and these options.</summary>
    internal PacketBuilder Packet(bool fromClient, params ReadOnlySpan<TcpOption> options)
    {
        PacketBuilder builder = Bare(fromClient, TcpFlags.Ack);
        if (Timestamps)
        {
            builder.WithOptions(TcpOption.NoOperation, TcpOption.NoOperation, Stamp(fromClient));
        }

        return builder.WithOptions(options);
    }

    /// <summary>A SYN or SYN/ACK with the usual options and this one.</summary>
    internal PacketBuilder Opening(bool fromClient, params ReadOnlySpan<TcpOption> options)
    {
        PacketBuilder builder = Bare(fromClient, fromClient ? TcpFlags.Syn : TcpFlags.Syn | TcpFlags.Ack)
            .WithSequence(fromClient ? 999u : 1999u)
            .WithOptions(TcpOption.MaximumSegmentSize(Mss), TcpOption.SackPermitted);
        if (Timestamps)
        {
            builder.WithOptions(Stamp(fromClient));
        }

        if ((fromClient ? ClientScale : ServerScale) is byte shift)
        {
            builder.WithOptions(TcpOption.NoOperation, TcpOption.WindowScale(shift));
        }

        return builder.WithOptions(options);
    }

    /// <summary>A packet without options.</summary>
    internal PacketBuilder Bare(bool fromClient, TcpFlags flags)
    {
        PacketBuilder builder = PacketBuilder.Create()
            .Between(fromClient ? Client : Server, fromClient ? Server : Client)
            .Tcp(fromClient ? ClientPort : ServerPort, fromClient ? ServerPort : ClientPort, flags)
            .WithSequence(fromClient ? 1000u : 2000u)
            .WithAcknowledgment(flags.HasFlag(TcpFlags.Ack) ? fromClient ? 2000u : 1000u : 0)
            .WithWindow(1000);
        if (Vlan is ushort vlan)
        {
            builder.Vlan(vlan);
        }

        return Partial ? builder.WithPartialChecksum() : builder;
    }

    /// <summary>Bytes that read as an MPTCP option wherever one looks, so that touching payload shows.</summary>
    internal static byte[] Payload(int bytes)
    {
        byte[] payload = new byte[bytes];
        for (int i = 0; i < bytes; i++)
        {
            payload[i] = (byte)((i % 4) switch { 0 => 30, 1 => 4, 2 => 0x30, _ => i });
        }

        return payload;
    }

    private static TcpOption Stamp(bool fromClient) => fromClient ? TcpOption.Timestamps(7001, 8001) : TcpOption.Timestamps(8001, 7001);
}
