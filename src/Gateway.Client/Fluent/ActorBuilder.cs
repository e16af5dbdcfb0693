using Gateway.V1;

namespace Gateway.Client;

/// <summary>The actors of a chain, in order. Immutable: every call returns a longer list.</summary>
public sealed class ActorBuilder
{
    private ActorBuilder(IReadOnlyList<Actor> actors) => Actors = actors;

    internal static ActorBuilder Start { get; } = new([]);

    internal IReadOnlyList<Actor> Actors { get; }

    /// <summary>
    /// MP_PRIO toward the receiver of the selected packets (RFC 8684 section 3.3.8): it stops sending data on
    /// this subflow while others are usable, or with false resumes.
    /// </summary>
    public ActorBuilder SetBackup(bool backup = true) => Then(new Actor { SetBackup = new SetBackupActor { Backup = backup } });

    /// <summary>Hides announced addresses (RFC 8684 section 3.4.1).</summary>
    /// <param name="ipv4">Hide IPv4 addresses.</param>
    /// <param name="ipv6">Hide IPv6 addresses.</param>
    /// <param name="refuseJoin">Also take MP_JOIN out of SYNs: the joining host gives the subflow up.</param>
    public ActorBuilder BlkSubflow(bool ipv4 = true, bool ipv6 = true, bool refuseJoin = false) =>
        Then(new Actor { BlkSubflow = new BlkSubflowActor { Ipv4 = ipv4, Ipv6 = ipv6, RefuseJoin = refuseJoin } });

    /// <summary>Holds TCP payload to a rate, each direction by itself, by the receive window its sender sees.</summary>
    /// <param name="bitsPerSecond">64 000 to 400 000 000 000.</param>
    /// <param name="per">Who shares it; each subflow has it for itself when not specified.</param>
    /// <param name="policer">Whether packets far above the rate are dropped, where the window cannot hold the sender.</param>
    public ActorBuilder RateLimit(ulong bitsPerSecond, RateScope per = RateScope.Unspecified, bool policer = true) =>
        Then(new Actor { RateLimit = new RateLimitActor { BitsPerSecond = bitsPerSecond, Per = per, NoPolicer = !policer } });

    /// <summary>
    /// Sends the packet out of another NIC, or spreads a connection's subflows over several; next hop and MAC
    /// addresses come from the kernel's routing and neighbour tables.
    /// </summary>
    public ActorBuilder Redirect(params IEnumerable<string> nics) =>
        Then(new Actor { Redirect = new RedirectActor { Nics = { nics }, Fib = new FibMac() } });

    /// <summary>As <see cref="Redirect"/>, by weight.</summary>
    /// <param name="links">NICs with their share of the subflows, 1-16.</param>
    public ActorBuilder RedirectWeighted(params IEnumerable<(string Nic, int Weight)> links)
    {
        (string Nic, int Weight)[] all = [.. links];
        return Then(new Actor
        {
            Redirect = new RedirectActor { Nics = { all.Select(l => l.Nic) }, Weights = { all.Select(l => (uint)l.Weight) }, Fib = new FibMac() },
        });
    }

    /// <summary>As <see cref="Redirect"/>, and leaves both MAC addresses as they are.</summary>
    public ActorBuilder RedirectKeepingMac(params IEnumerable<string> nics) =>
        Then(new Actor { Redirect = new RedirectActor { Nics = { nics }, Keep = new KeepMac() } });

    /// <summary>As <see cref="Redirect"/>, with given MAC addresses.</summary>
    /// <param name="nic">The NIC to leave by.</param>
    /// <param name="destinationMac">"aa:bb:cc:dd:ee:ff".</param>
    /// <param name="sourceMac">Empty = the NIC's own address.</param>
    public ActorBuilder RedirectToMac(string nic, string destinationMac, string sourceMac = "") =>
        Then(new Actor { Redirect = new RedirectActor { Nics = { nic }, Given = new GivenMac { Destination = destinationMac, Source = sourceMac } } });

    /// <summary>Event for each MP_CAPABLE handshake packet selected.</summary>
    public ActorBuilder GetConnect() => Then(new Actor { GetConnect = new GetConnectActor() });

    /// <summary>Event for each MP_JOIN handshake packet selected.</summary>
    public ActorBuilder GetSubflow() => Then(new Actor { GetSubflow = new GetSubflowActor() });

    /// <summary>Per-subflow metrics: packets, bytes, round-trip time, retransmissions, out-of-order segments.</summary>
    public ActorBuilder Record() => Then(new Actor { Record = new RecordActor() });

    /// <summary>Counts the packet.</summary>
    public ActorBuilder Count() => Then(new Actor { Count = new CountActor() });

    /// <summary>Gives back the announcements that <see cref="BlkSubflow"/> has hidden.</summary>
    public ActorBuilder GiveBackSubflows() => Then(new Actor { AddSubflow = new AddSubflowActor { GiveBack = true } });

    /// <summary>Announces addresses (RFC 8684 section 3.4.1) to the end that opened the connection.</summary>
    public ActorBuilder Announce(params IEnumerable<string> addresses) => Then(new Actor
    {
        AddSubflow = new AddSubflowActor { Announce = { addresses.Select(address => new AddressToAnnounce { Address = address }) } },
    });

    /// <summary>
    /// Gives flows another 4-tuple from their SYN on: what their initiator sends is changed as said, what comes back is
    /// changed the other way.
    /// </summary>
    /// <param name="src">Address the packets come from on the far side; empty leaves it, likewise below.</param>
    /// <param name="srcPort">Source ports on the far side, both ends included; one that is free for each flow.</param>
    /// <param name="dst">Address they go to.</param>
    /// <param name="dstPort">Port they go to, 0 leaves it.</param>
    public ActorBuilder Rewrite(string src = "", (ushort First, ushort Last)? srcPort = null, string dst = "", ushort dstPort = 0) => Then(new Actor
    {
        Rewrite = new RewriteActor
        {
            Src = src,
            SrcPort = srcPort is { } range ? new PortRange { First = range.First, Last = range.Last } : null,
            Dst = dst,
            DstPort = dstPort,
        },
    });

    /// <summary>Takes MP_CAPABLE out of SYNs: the connection is plain TCP from its start.</summary>
    public ActorBuilder StripMptcp() => Then(new Actor { StripMptcp = new StripMptcpActor() });

    /// <summary>Ends the subflow at both hosts by RST with MP_TCPRST (RFC 8684 section 3.6); its connection goes on.</summary>
    /// <param name="reason">Reason code, 0-6; 3 is administratively prohibited.</param>
    public ActorBuilder CloseSubflow(uint reason = 3) => Then(new Actor { CloseSubflow = new CloseSubflowActor { Reason = reason } });

    /// <summary>Sets the differentiated services code point (RFC 2474).</summary>
    /// <param name="dscp">0-63.</param>
    public ActorBuilder MarkDscp(byte dscp) => Then(new Actor { Mark = new MarkActor { Dscp = dscp } });

    /// <summary>Sets bits of the socket buffer's mark, at the egress hook of host ports.</summary>
    /// <param name="mark">The bits.</param>
    /// <param name="mask">Which of them are set.</param>
    public ActorBuilder MarkSkb(uint mark, uint mask = uint.MaxValue) => Then(new Actor { Mark = new MarkActor { Skb = mark, Mask = mask } });

    /// <summary>Sends a copy of the packet out of another NIC, at the egress hook of host ports.</summary>
    public ActorBuilder Mirror(string nic) => Then(new Actor { Mirror = new MirrorActor { Nic = nic } });

    /// <summary>An event for each packet, with what every actor of the chain did.</summary>
    public ActorBuilder Trace() => Then(new Actor { Trace = new TraceActor() });

    /// <summary>Runs a loaded operator.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="arguments">Numbers it is given, at most 4.</param>
    public ActorBuilder Custom(string name, params IEnumerable<ulong> arguments) =>
        Then(new Actor { Custom = new CustomOperator { Operator = name, Args = { arguments } } });

    /// <summary>Drops the packet.</summary>
    public ActorBuilder Drop() => Then(new Actor { Drop = new DropActor() });

    private ActorBuilder Then(Actor actor) => new([.. Actors, actor]);
}
