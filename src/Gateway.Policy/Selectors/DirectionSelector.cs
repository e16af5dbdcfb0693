namespace Gateway.Policy;

/// <summary>The packet goes this way; a packet of unknown direction goes neither way.</summary>
/// <param name="Direction">Original or reply.</param>
public sealed record DirectionSelector(FlowDirection Direction) : Selector;
