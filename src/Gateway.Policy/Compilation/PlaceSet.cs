namespace Gateway.Policy;

/// <summary>A set of (hook, port index) pairs: bit hook * 64 + index.</summary>
internal readonly record struct PlaceSet(UInt128 Bits)
{
    public static PlaceSet None => default;

    public static PlaceSet All => new(UInt128.MaxValue);

    public bool IsEmpty => Bits == 0;

    public static PlaceSet operator &(PlaceSet a, PlaceSet b) => new(a.Bits & b.Bits);

    public static PlaceSet operator |(PlaceSet a, PlaceSet b) => new(a.Bits | b.Bits);

    public static PlaceSet operator ~(PlaceSet a) => new(~a.Bits);

    /// <summary>A hook of the named ports; unknown names add nothing.</summary>
    public static PlaceSet Of(Hook hook, ValueList<string> ports, PolicyEnvironment environment)
    {
        UInt128 bits = 0;
        foreach (string port in ports)
        {
            if (environment.Ports.TryGetValue(port, out int index))
            {
                bits |= UInt128.One << IndexOf(hook, index);
            }
        }

        return new PlaceSet(bits);
    }

    /// <summary>Where a chain runs; without ports at all indexes, so also at ports attached later.</summary>
    public static PlaceSet OfChain(Chain chain, PolicyEnvironment environment)
    {
        PlaceSet places = None;
        foreach (Hook hook in (Hook[])[Hook.Ingress, Hook.Egress])
        {
            if ((chain.Hooks & (Hooks)(1 << (int)hook)) != 0)
            {
                places |= chain.Ports.Count == 0
                    ? new PlaceSet((UInt128)ulong.MaxValue << IndexOf(hook, 0))
                    : Of(hook, chain.Ports, environment);
            }
        }

        return places;
    }

    public static int IndexOf(Hook hook, int portIndex) => ((int)hook * PolicyEnvironment.MaxPorts) + portIndex;

    public bool Contains(int index) => (Bits >> index & 1) != 0;
}
