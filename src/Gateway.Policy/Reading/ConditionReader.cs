namespace Gateway.Policy;

/// <summary>Reads selectors of what changes from packet to packet: sequence, connection, sample and VLAN.</summary>
internal sealed class ConditionReader(NodeReader nodes)
{
    private const string SequenceHint = "Write it like {data: 10MB-} or {subflow: 0-1MB}.";
    private const string ConnectionHint = "Write it like {subflow: 2-, bytes: 10MB-}; keys are token, subflow, subflows, age, bytes, backup, address_id and version.";
    private const string SampleHint = "Write it like {one_in: 100} or {buckets: 0-9, of: 100, by: connection}.";

    private static readonly string[] s_sequenceKeys = ["data", "subflow"];
    private static readonly string[] s_connectionKeys = ["token", "subflow", "subflows", "age", "bytes", "backup", "address_id", "version"];
    private static readonly string[] s_sampleKeys = ["one_in", "buckets", "of", "by"];

    public VlanSelector? ReadVlan() =>
        Ranges(RangeParsers.Vlan, "Write a VLAN id, a range or a list of them, or none.") is { } ids ? new VlanSelector(ids) : null;

    public SequenceSelector? ReadSequence()
    {
        var ranges = new ValueList<ValueRange>?[2];
        return nodes.ReadMapping(s_sequenceKeys, SequenceHint, key => ranges[key] = Ranges(RangeParsers.Bytes, SequenceHint))
            ? new SequenceSelector(ranges[0], ranges[1])
            : null;
    }

    public ConnectionSelector? ReadConnection()
    {
        var read = new ConnectionSelector();
        bool complete = nodes.ReadMapping(s_connectionKeys, ConnectionHint, key => read = s_connectionKeys[key] switch
        {
            "token" => read with { Token = Ranges(RangeParsers.Tokens, ConnectionHint) },
            "subflow" => read with { Subflow = Ranges(RangeParsers.Numbers, ConnectionHint) },
            "subflows" => read with { Subflows = Ranges(RangeParsers.Numbers, ConnectionHint) },
            "age" => read with { Age = Ranges(RangeParsers.Times, ConnectionHint) },
            "bytes" => read with { Bytes = Ranges(RangeParsers.Bytes, ConnectionHint) },
            "backup" => read with { Backup = nodes.TryRead(ScalarParsers.Switch, ConnectionHint, out bool backup) ? backup : null },
            "address_id" => read with { AddressId = Ranges(RangeParsers.Numbers, ConnectionHint) },
            _ => read with { Version = nodes.TryRead(ScalarParsers.Integer, ConnectionHint, out int version) ? version : null },
        });
        return complete ? read : null;
    }

    public Selector? ReadSample()
    {
        SourcePosition start = nodes.Events.Position;
        uint oneIn = 0;
        uint of = 0;
        bool byConnection = false;
        ValueList<ValueRange>? buckets = null;
        uint given = 0;
        bool complete = nodes.ReadMapping(s_sampleKeys, SampleHint, key =>
        {
            given |= 1u << key;
            switch (key)
            {
                case 0:
                    nodes.TryRead(ScalarParsers.Count, SampleHint, out oneIn);
                    break;
                case 1:
                    buckets = Ranges(RangeParsers.Numbers, SampleHint);
                    break;
                case 2:
                    nodes.TryRead(ScalarParsers.Count, SampleHint, out of);
                    break;
                default:
                    nodes.TryRead(ScalarParsers.BucketKey, SampleHint, out byConnection);
                    break;
            }
        });
        if (!complete)
        {
            return null;
        }

        if (given == 1)
        {
            return new SampleSelector(oneIn);
        }

        if ((given & 7) == 6 && buckets is not null)
        {
            return new BucketSelector(buckets, (ushort)(of > ushort.MaxValue ? 0 : of), byConnection);
        }

        nodes.Error(start, "A sample needs either one_in, or buckets and of.", SampleHint);
        return null;
    }

    private ValueList<ValueRange>? Ranges(NodeReader.ScalarParser<ValueRange> parser, string hint) =>
        nodes.ReadOneOrMany(parser, hint);
}
