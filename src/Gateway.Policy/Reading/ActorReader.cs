using YamlDotNet.Core.Events;

namespace Gateway.Policy;

/// <summary>Reads actors.</summary>
internal sealed class ActorReader(NodeReader nodes)
{
    private const string BackupHint = "Write set_backup: on or set_backup: off.";
    private const string BlkSubflowHint = "Write blk_subflow alone or like {addresses: [v4, v6], refuse_join: false}.";
    private const string RateHint = "Write it like {rate: 20Mbit/s} or {rate: 20Mbit/s, per: connection, policer: off}.";
    private const string MarkHint = "Write it like {dscp: 46} or {skb: 0x10, mask: 0xff}.";
    private const string MirrorHint = "Write it like {port: eth5}.";
    private const string CloseHint = "Write close_subflow alone or like {reason: prohibited}.";

    private static readonly string[] s_actors =
    [
        "set_backup", "blk_subflow", "rate_limit", "redirect", "get_connect", "get_subflow", "record", "count", "drop",
        "add_subflow", "strip_mptcp", "close_subflow", "mark", "mirror", "trace", "rewrite", "custom",
    ];

    private static readonly string[] s_backupKeys = ["backup"];
    private static readonly string[] s_blkSubflowKeys = ["addresses", "refuse_join"];
    private static readonly string[] s_rateKeys = ["rate", "per", "policer"];
    private static readonly string[] s_reasonKeys = ["reason"];
    private static readonly string[] s_markKeys = ["skb", "mask", "dscp"];
    private static readonly string[] s_mirrorKeys = ["port"];

    private readonly RedirectReader _redirect = new(nodes);
    private readonly AddSubflowReader _addSubflow = new(nodes);
    private readonly RewriteReader _rewrite = new(nodes);
    private readonly CustomReader _custom = new(nodes);

    /// <summary>Reads the element of an actor list: a word, or a mapping with one key.</summary>
    public Actor ReadActor()
    {
        SourcePosition position = nodes.Events.Position;
        if (nodes.Events.Current is Scalar)
        {
            return (nodes.TryReadScalar(Spelling.Hint("", s_actors), out string word) ? FromWord(word, position) : null)
                ?? new UnreadableActor();
        }

        if (!nodes.TryEnterMapping("Write an actor like record or rate_limit: {rate: 20Mbit/s}."))
        {
            return new UnreadableActor();
        }

        Actor? actor = null;
        uint seen = 0;
        int errors = nodes.Errors.Count;
        int actors = 0;
        for (int key = nodes.NextKey(s_actors, ref seen); key >= 0; key = nodes.NextKey(s_actors, ref seen))
        {
            nodes.NotePlace();
            actor = ReadNamed(s_actors[key]);
            nodes.Path.Pop();
            actors++;
        }

        if (actors != 1 && errors == nodes.Errors.Count)
        {
            nodes.Error(position, $"The mapping holds {actors} actors.", "Write each actor as its own list element.");
        }

        return errors == nodes.Errors.Count && actor is not null ? actor : new UnreadableActor();
    }

    private Actor? FromWord(string word, SourcePosition position)
    {
        switch (word)
        {
            case "blk_subflow":
                return new BlkSubflowActor(IPv4: true, IPv6: true, RefuseJoin: false);
            case "get_connect":
                return new GetConnectActor();
            case "get_subflow":
                return new GetSubflowActor();
            case "record":
                return new RecordActor();
            case "count":
                return new CountActor();
            case "drop":
                return new DropActor();
            case "add_subflow":
                return new AddSubflowActor(GiveBack: true, [], ToServer: false);
            case "strip_mptcp":
                return new StripMptcpActor();
            case "close_subflow":
                return new CloseSubflowActor(ResetReason.Prohibited);
            case "trace":
                return new TraceActor();
            case "mark":
                nodes.Error(position, "The actor mark needs a value.", MarkHint);
                return null;
            case "mirror":
                nodes.Error(position, "The actor mirror needs a value.", MirrorHint);
                return null;
            case "custom":
                nodes.Error(position, "The actor custom needs a value.", CustomReader.Hint);
                return null;
            case "set_backup":
                nodes.Error(position, "The actor set_backup needs a value.", BackupHint);
                return null;
            case "rate_limit":
                nodes.Error(position, "The actor rate_limit needs a value.", RateHint);
                return null;
            case "redirect":
                nodes.Error(position, "The actor redirect needs a value.", RedirectReader.Hint);
                return null;
            case "rewrite":
                nodes.Error(position, "The actor rewrite needs a value.", RewriteReader.Hint);
                return null;
            default:
                nodes.Error(position, $"The actor '{word}' is not known.", Spelling.Hint(word, s_actors));
                return null;
        }
    }

    private Actor? ReadNamed(string name)
    {
        switch (name)
        {
            case "set_backup":
                return ReadSetBackup();
            case "rate_limit":
                return ReadRateLimit();
            case "redirect":
                return _redirect.Read();
            case "add_subflow" when !nodes.IsNull():
                return _addSubflow.Read();
            case "close_subflow" when !nodes.IsNull():
                return ReadCloseSubflow();
            case "rewrite":
                return _rewrite.Read();
            case "mark":
                return ReadMark();
            case "mirror":
                return ReadMirror();
            case "custom":
                return _custom.Read() is { } custom ? new CustomActor(custom.Operator, custom.Arguments) : null;
            case "blk_subflow" when !nodes.IsNull():
                return ReadBlkSubflow();
            default:
                ReadNothing(name);
                return FromWord(name, default);
        }
    }

    private void ReadNothing(string name)
    {
        if (nodes.IsNull())
        {
            nodes.Events.Advance();
            return;
        }

        uint seen = 0;
        if (nodes.TryEnterMapping($"Write {name} alone."))
        {
            nodes.NextKey([], ref seen);
        }
    }

    private SetBackupActor? ReadSetBackup()
    {
        bool backup;
        if (nodes.Events.Current is Scalar)
        {
            return nodes.TryRead(ScalarParsers.Switch, BackupHint, out backup) ? new SetBackupActor(backup) : null;
        }

        SourcePosition start = nodes.Events.Position;
        return ReadSingle(s_backupKeys, ScalarParsers.Switch, BackupHint, start, out backup) ? new SetBackupActor(backup) : null;
    }

    private RateLimitActor? ReadRateLimit()
    {
        SourcePosition start = nodes.Events.Position;
        bool given = false;
        var actor = new RateLimitActor(default);
        bool complete = nodes.ReadMapping(s_rateKeys, RateHint, key =>
        {
            switch (key)
            {
                case 0:
                    given = true;
                    if (nodes.TryRead(ScalarParsers.RateText, RateHint, out Rate rate))
                    {
                        actor = actor with { Rate = rate };
                    }

                    break;
                case 1 when nodes.TryRead(ScalarParsers.RateScopeName, RateHint, out RateScope scope):
                    actor = actor with { Per = scope };
                    break;
                case 2 when nodes.TryRead(ScalarParsers.Switch, RateHint, out bool policer):
                    actor = actor with { Policer = policer };
                    break;
            }
        });
        if (complete && !given)
        {
            nodes.MissingKey(start, s_rateKeys[0], RateHint);
        }

        return complete && given ? actor : null;
    }

    private CloseSubflowActor? ReadCloseSubflow() =>
        ReadSingle(s_reasonKeys, ScalarParsers.Reset, CloseHint, nodes.Events.Position, out ResetReason reason)
            ? new CloseSubflowActor(reason)
            : null;

    private MirrorActor? ReadMirror() =>
        ReadSingle(s_mirrorKeys, ScalarParsers.Text, MirrorHint, nodes.Events.Position, out string port) ? new MirrorActor(port) : null;

    private MarkActor? ReadMark()
    {
        uint? skb = null;
        uint? mask = null;
        uint? dscp = null;
        bool complete = nodes.ReadMapping(s_markKeys, MarkHint, key =>
        {
            if (!nodes.TryRead(ScalarParsers.Bits, MarkHint, out uint value))
            {
                return;
            }

            _ = key switch
            {
                0 => skb = value,
                1 => mask = value,
                _ => dscp = value,
            };
        });
        return complete ? new MarkActor(skb, mask ?? uint.MaxValue, dscp is { } code ? (byte)Math.Min(code, byte.MaxValue) : null) : null;
    }

    private bool ReadSingle<T>(string[] keys, NodeReader.ScalarParser<T> parser, string hint, SourcePosition start, out T value)
    {
        value = default!;
        int errors = nodes.Errors.Count;
        if (!nodes.TryEnterMapping(hint))
        {
            return false;
        }

        uint seen = 0;
        while (nodes.NextKey(keys, ref seen) >= 0)
        {
            nodes.NotePlace();
            nodes.TryRead(parser, hint, out value);
            nodes.Path.Pop();
        }

        if (seen == 0)
        {
            nodes.MissingKey(start, keys[0], hint);
        }

        return errors == nodes.Errors.Count;
    }

    private BlkSubflowActor? ReadBlkSubflow()
    {
        int errors = nodes.Errors.Count;
        if (!nodes.TryEnterMapping(BlkSubflowHint))
        {
            return null;
        }

        ValueList<IpFamily>? families = [IpFamily.IPv4, IpFamily.IPv6];
        bool refuseJoin = false;
        uint seen = 0;
        for (int key = nodes.NextKey(s_blkSubflowKeys, ref seen); key >= 0; key = nodes.NextKey(s_blkSubflowKeys, ref seen))
        {
            nodes.NotePlace();
            if (key == 1)
            {
                nodes.TryRead(ScalarParsers.Switch, BlkSubflowHint, out refuseJoin);
            }
            else
            {
                families = nodes.ReadOneOrMany<IpFamily>(ScalarParsers.AddressFamily, BlkSubflowHint, mayBeEmpty: true);
            }

            nodes.Path.Pop();
        }

        return errors == nodes.Errors.Count && families is not null
            ? new BlkSubflowActor(families.Contains(IpFamily.IPv4), families.Contains(IpFamily.IPv6), refuseJoin)
            : null;
    }
}
