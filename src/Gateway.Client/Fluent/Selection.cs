using Gateway.V1;

namespace Gateway.Client;

/// <summary>
/// A selector expression. And and Or do not mix without a <see cref="SelectorBuilder{TNext}.Group"/>, so no
/// expression needs rules of precedence.
/// </summary>
public abstract class Selection
{
    private protected Selection(Selector selector) => Selector = selector;

    internal Selector Selector { get; }
}
