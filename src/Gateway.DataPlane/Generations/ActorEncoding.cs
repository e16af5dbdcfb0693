using System.Buffers.Binary;
using Gateway.DataPlane.Abi;
using Gateway.DataPlane.Native;
using Gateway.Policy;

namespace Gateway.DataPlane;

/// <summary>Actors of a policy as the packet programs read them (struct gw_step).</summary>
internal static class ActorEncoding
{
    private const int BitsPerByte = 8;
    private const int MaskShift = 32;

    /// <summary>The name an actor has in a policy file.</summary>
    internal static string NameOf(Actor actor) => actor switch
    {
        SetBackupActor => "set_backup",
        BlkSubflowActor => "blk_subflow",
        RateLimitActor => "rate_limit",
        RedirectActor => "redirect",
        GetConnectActor => "get_connect",
        GetSubflowActor => "get_subflow",
        RecordActor => "record",
        CountActor => "count",
        DropActor => "drop",
        StripMptcpActor => "strip_mptcp",
        CloseSubflowActor => "close_subflow",
        MarkActor => "mark",
        MirrorActor => "mirror",
        CustomActor => "custom",
        TraceActor => "trace",
        AddSubflowActor => "add_subflow",
        RewriteActor => "rewrite",
        _ => throw Unknown(actor),
    };

    /// <summary>Encodes one actor.</summary>
    /// <param name="actor">The actor.</param>
    /// <param name="slot">Its counter slot.</param>
    /// <param name="ports">NIC name to port index.</param>
    /// <param name="operands">Takes what does not fit into the step.</param>
    /// <param name="operators">Loaded custom operators by name; null = none.</param>
    /// <exception cref="DataPlaneException">
    /// FailedPrecondition: a redirect or mirror names a NIC that is not attached, or a custom actor an operator that is not loaded.
    /// </exception>
    internal static Step Encode(
        Actor actor, int slot, IReadOnlyDictionary<string, int> ports, OperandTable operands, IReadOnlyDictionary<string, PolicyOperator>? operators = null)
    {
        var step = new Step { Stats = (ushort)slot };
        switch (actor)
        {
            case SetBackupActor backup:
                step.Op = (byte)Op.SetBackup;
                step.Flags = backup.Backup ? (byte)1 : (byte)0;
                break;
            case BlkSubflowActor blk:
                step.Op = (byte)Op.BlkSubflow;
                step.Flags = (byte)((blk.IPv4 ? BlkFlag.Ipv4 : 0) | (blk.IPv6 ? BlkFlag.Ipv6 : 0) | (blk.RefuseJoin ? BlkFlag.RefuseJoin : 0));
                break;
            case RateLimitActor limit:
                step.Op = (byte)Op.RateLimit;
                step.Flags = (byte)((limit.Per switch
                {
                    RateScope.Connection => RateFlag.Connection,
                    RateScope.Chain => RateFlag.Chain,
                    _ => 0,
                }) | (limit.Policer ? 0 : RateFlag.NoPolicer));
                step.Value = limit.Rate.BitsPerSecond / BitsPerByte;
                break;
            case RedirectActor redirect:
                step.Op = (byte)Op.Redirect;
                step.Operand = operands.Add(Encode(redirect, ports));
                break;
            case GetConnectActor:
                step.Op = (byte)Op.GetConnect;
                break;
            case GetSubflowActor:
                step.Op = (byte)Op.GetSubflow;
                break;
            case RecordActor:
                step.Op = (byte)Op.Record;
                break;
            case CountActor:
                step.Op = (byte)Op.Count;
                break;
            case DropActor:
                step.Op = (byte)Op.Drop;
                break;
            case StripMptcpActor:
                step.Op = (byte)Op.StripMptcp;
                break;
            case CloseSubflowActor close:
                step.Op = (byte)Op.CloseSubflow;
                step.Flags = (byte)close.Reason;
                break;
            case MarkActor mark:
                step.Op = (byte)Op.Mark;
                step.Flags = (byte)((mark.Skb is null ? 0 : MarkFlag.Skb) | (mark.Dscp is null ? 0 : MarkFlag.Dscp));
                step.Value = ((ulong)mark.Mask << MaskShift) | (mark.Skb ?? 0);
                step.Operand = mark.Dscp ?? 0;
                break;
            case MirrorActor mirror:
                step.Op = (byte)Op.Mirror;
                step.Flags = IndexOf(mirror.Port, "mirror", ports);
                break;
            case TraceActor:
                step.Op = (byte)Op.Trace;
                break;
            case CustomActor custom:
                step.Op = (byte)Op.Custom;
                step.Operand = operands.Add(Encode(custom, operators));
                break;
            case AddSubflowActor add:
                step.Op = (byte)Op.AddSubflow;
                step.Flags = (byte)((add.GiveBack ? AddFlag.GiveBack : 0)
                    | (add.Announce.Count > 0 ? AddFlag.Announce : 0)
                    | (add.ToServer ? AddFlag.ToServer : 0));
                step.Value = (ulong)add.Announce.Count;
                break;
            case RewriteActor rewrite:
                step.Op = (byte)Op.Rewrite;
                step.Operand = operands.Add(Encode(rewrite));
                break;
            default:
                throw Unknown(actor);
        }

        return step;
    }

    private static RedirectOperand Encode(RedirectActor redirect, IReadOnlyDictionary<string, int> ports)
    {
        if (redirect.Ports.Count is 0 or > Limits.SpreadPorts)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.InvalidArgument,
                $"A redirect names {redirect.Ports.Count} NICs, but 1 to {Limits.SpreadPorts} are possible: split it over several chains.");
        }

        IReadOnlyList<int> sequence = RedirectShares.Sequence(redirect);
        if (sequence.Count > Limits.SpreadSequence)
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.InvalidArgument,
                $"The weights of a redirect come to {sequence.Count} places, but {Limits.SpreadSequence} are possible: use smaller ones.");
        }

        var operand = new RedirectOperand { Count = (byte)sequence.Count };
        for (int i = 0; i < sequence.Count; i++)
        {
            operand.Sequence[i] = IndexOf(redirect.Ports[sequence[i]], "redirect", ports);
            operand.Ports |= 1ul << operand.Sequence[i];
        }

        switch (redirect.Mac)
        {
            case FibMac:
                operand.MacMode = (byte)MacMode.Fib;
                break;
            case KeepMac:
                operand.MacMode = (byte)MacMode.Keep;
                break;
            case GivenMac given:
                operand.MacMode = (byte)MacMode.Given;
                MacBytes.Write(operand.Mac[..MacBytes.Size], given.Destination);
                // All zeros: the NIC's own address.
                MacBytes.Write(operand.Mac[MacBytes.Size..], given.Source ?? default);
                break;
            default:
                throw new DataPlaneException(
                    DataPlaneErrorKind.Unsupported, $"This build cannot rewrite MAC addresses as {redirect.Mac.GetType().Name} says: update it.");
        }

        return operand;
    }

    private static RewriteOperand Encode(RewriteActor rewrite)
    {
        var operand = new RewriteOperand
        {
            SourcePortFirst = rewrite.SourcePorts?.First ?? 0,
            SourcePortLast = rewrite.SourcePorts?.Last ?? 0,
            DestinationPort = rewrite.DestinationPort ?? 0,
            Family = (rewrite.Source ?? rewrite.Destination)?.Family switch { null => 0, IpFamily.IPv4 => 4, _ => 6 },
            Flags = (byte)((rewrite.Source is null ? 0 : RewriteFlag.Source) | (rewrite.Destination is null ? 0 : RewriteFlag.Destination)),
        };
        Write(operand.Source, rewrite.Source);
        Write(operand.Destination, rewrite.Destination);
        return operand;
    }

    private static void Write(Span<byte> bytes, IpPrefix? address)
    {
        if (address is { Family: IpFamily.IPv4 } ipv4)
        {
            BinaryPrimitives.WriteUInt32BigEndian(bytes, (uint)ipv4.Address);
        }
        else if (address is { } ipv6)
        {
            BinaryPrimitives.WriteUInt128BigEndian(bytes, ipv6.Address);
        }
    }

    private static CustomOperand Encode(CustomActor custom, IReadOnlyDictionary<string, PolicyOperator>? operators)
    {
        if (operators is null || !operators.TryGetValue(custom.Operator, out PolicyOperator? found))
        {
            throw new DataPlaneException(
                DataPlaneErrorKind.FailedPrecondition, $"A chain uses operator '{custom.Operator}', which is not loaded: load it first.");
        }

        var operand = new CustomOperand { OperatorId = (ushort)found.Slot };
        for (int i = 0; i < custom.Arguments.Count; i++)
        {
            operand.Args[i] = custom.Arguments[i];
        }

        return operand;
    }

    private static byte IndexOf(string nic, string actor, IReadOnlyDictionary<string, int> ports) =>
        ports.TryGetValue(nic, out int index)
            ? (byte)index
            : throw new DataPlaneException(
                DataPlaneErrorKind.FailedPrecondition,
                $"A {actor} names NIC '{nic}', which is not attached: attach it first, or name another.");

    private static DataPlaneException Unknown(Actor actor) =>
        new(DataPlaneErrorKind.Unsupported, $"This build cannot run actors of type {actor.GetType().Name}: update it.");
}
