namespace Gateway.Policy;

/// <summary>Goes through selector expressions with the path of each selector.</summary>
internal static class SelectorPath
{
    public static string KeyOf(Selector selector) => selector switch
    {
        AllSelector => "all",
        AnySelector => "any",
        NotSelector => "not",
        SubflowSelector => "subflow",
        IpPairSelector => "ip_pair",
        SourceSelector => "src",
        DestinationSelector => "dst",
        SourcePortSelector => "src_port",
        DestinationPortSelector => "dst_port",
        PortSelector => "port",
        PacketTypeSelector => "packet_type",
        DirectionSelector => "direction",
        IngressPortSelector => "ingress_port",
        EgressPortSelector => "egress_port",
        VlanSelector => "vlan",
        SequenceSelector => "sequence",
        ConnectionSelector => "connection",
        SampleSelector or BucketSelector => "sample",
        SubflowSetSelector => "subflow_set",
        CustomSelector => "custom",
        _ => "?",
    };

    public static ValueList<Selector>? ListOf(Selector selector) => selector switch
    {
        AllSelector all => all.Selectors,
        AnySelector any => any.Selectors,
        _ => null,
    };

    public static bool IsDeeperThan(Selector selector, int depth)
    {
        if (depth == 0)
        {
            return true;
        }

        return selector switch
        {
            NotSelector not => IsDeeperThan(not.Selector, depth - 1),
            _ when ListOf(selector) is { } list => IsAnyDeeperThan(list, depth - 1),
            _ => false,
        };
    }

    private static bool IsAnyDeeperThan(ValueList<Selector> list, int depth)
    {
        for (int i = 0; i < list.Count; i++)
        {
            if (IsDeeperThan(list[i], depth))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>Computes something of every selector from what it is of those below, with its key on the path.</summary>
    public static T Fold<T>(Selector selector, PolicyPath path, Func<Selector, IReadOnlyList<T>, T> combine)
    {
        path.Push(KeyOf(selector));
        IReadOnlyList<T> below = [];
        if (selector is NotSelector not)
        {
            below = [Fold(not.Selector, path, combine)];
        }
        else if (ListOf(selector) is { } list)
        {
            var results = new T[list.Count];
            for (int i = 0; i < results.Length; i++)
            {
                path.Push(i);
                results[i] = Fold(list[i], path, combine);
                path.Pop();
            }

            below = results;
        }

        T result = combine(selector, below);
        path.Pop();
        return result;
    }
}
