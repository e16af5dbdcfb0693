using Gateway.V1;

namespace Gateway.Client;

/// <summary>Selectors that must all match.</summary>
public sealed class AllSelection : Selection
{
    private AllSelection(IEnumerable<Selector> selectors)
        : base(new Selector { All = new SelectorList { Selectors = { selectors } } })
    {
    }

    /// <summary>The next selector must match too.</summary>
    public SelectorBuilder<AllSelection> And => After(Selector.All.Selectors);

    internal static SelectorBuilder<AllSelection> After(params IEnumerable<Selector> selectors) =>
        new(next => new AllSelection([.. selectors, next]));
}
