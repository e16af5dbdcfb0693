namespace Gateway.Policy;

/// <summary>A set of <see cref="FlowDirection"/> values.</summary>
[Flags]
internal enum DirectionSet
{
    None = 0,
    Unknown = 1 << FlowDirection.Unknown,
    Original = 1 << FlowDirection.Original,
    Reply = 1 << FlowDirection.Reply,
    All = Unknown | Original | Reply,
}
