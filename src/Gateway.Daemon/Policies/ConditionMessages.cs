using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>Selectors of what changes from packet to packet, in messages and in documents.</summary>
internal static class ConditionMessages
{
    public static SequenceSelector Read(V1.SequenceSelector message) => new(Read(message.Data), Read(message.Subflow));

    public static ConnectionSelector Read(V1.ConnectionSelector message) => new()
    {
        Token = Read(message.Token),
        Subflow = Read(message.Subflow),
        Subflows = Read(message.Subflows),
        Age = Read(message.AgeMillis),
        Bytes = Read(message.Bytes),
        Backup = message.BackupStateCase == V1.ConnectionSelector.BackupStateOneofCase.Backup ? message.Backup : null,
        AddressId = Read(message.AddressId),
        Version = message.MptcpVersionCase == V1.ConnectionSelector.MptcpVersionOneofCase.Version ? (int)Math.Min(message.Version, int.MaxValue) : null,
    };

    public static Selector Read(V1.SampleSelector message) =>
        message.SampleCase == V1.SampleSelector.SampleOneofCase.Buckets
            ? new BucketSelector(
                Read(message.Buckets.Buckets) ?? [],
                // Out of range: refused with the other values.
                (ushort)(message.Buckets.Of > ushort.MaxValue ? 0 : message.Buckets.Of),
                message.Buckets.ByConnection)
            : new SampleSelector(message.OneIn);

    public static ValueList<ValueRange>? Read(V1.UintRangeList? message) => message is null
        ? null
        : ValueList.From(message.Ranges.Select(r => new ValueRange(r.First, r.Last == 0 ? r.First : r.Last)));

    /// <summary>The message of a selector; null for one of another sort.</summary>
    public static V1.Selector? Write(Selector selector) => selector switch
    {
        VlanSelector vlan => new V1.Selector { Vlan = Write(vlan.Ids) },
        SequenceSelector sequence => new V1.Selector
        {
            Sequence = new V1.SequenceSelector { Data = Write(sequence.Data), Subflow = Write(sequence.Subflow) },
        },
        ConnectionSelector connection => new V1.Selector { Connection = Write(connection) },
        SampleSelector sample => new V1.Selector { Sample = new V1.SampleSelector { OneIn = sample.OneIn } },
        BucketSelector bucket => new V1.Selector
        {
            Sample = new V1.SampleSelector
            {
                Buckets = new V1.BucketSample { Buckets = Write(bucket.Buckets), Of = bucket.Of, ByConnection = bucket.ByConnection },
            },
        },
        _ => null,
    };

    private static V1.ConnectionSelector Write(ConnectionSelector connection)
    {
        var message = new V1.ConnectionSelector
        {
            Token = Write(connection.Token),
            Subflow = Write(connection.Subflow),
            Subflows = Write(connection.Subflows),
            AgeMillis = Write(connection.Age),
            Bytes = Write(connection.Bytes),
            AddressId = Write(connection.AddressId),
        };
        if (connection.Backup is { } backup)
        {
            message.Backup = backup;
        }

        if (connection.Version is { } version)
        {
            message.Version = (uint)version;
        }

        return message;
    }

    private static V1.UintRangeList? Write(ValueList<ValueRange>? ranges) => ranges is null
        ? null
        : new V1.UintRangeList
        {
            Ranges = { ranges.Select(r => new V1.UintRange { First = r.First, Last = r.Last == r.First ? 0 : r.Last }) },
        };
}
