using Gateway.V1;

namespace Gateway.Client;

/// <summary>Selectors of which one must match.</summary>
public sealed class AnySelection : Selection
{
    private AnySelection(IEnumerable<Selector> selectors)
        : base(new Selector { Any = new SelectorList { Selectors = { selectors } } })
    {
    }

    /// <summary>Or the next selector matches.</summary>
    public SelectorBuilder<AnySelection> Or => After(Selector.Any.Selectors);

    internal static SelectorBuilder<AnySelection> After(params IEnumerable<Selector> selectors) =>
        new(next => new AnySelection([.. selectors, next]));
}
