using Gateway.V1;

namespace Gateway.Client;

/// <summary>One selector; And or Or adds to it.</summary>
public sealed class SingleSelection : Selection
{
    internal SingleSelection(Selector selector)
        : base(selector)
    {
    }

    /// <summary>Both this selector and the next match.</summary>
    public SelectorBuilder<AllSelection> And => AllSelection.After(Selector);

    /// <summary>This selector or the next matches.</summary>
    public SelectorBuilder<AnySelection> Or => AnySelection.After(Selector);
}
