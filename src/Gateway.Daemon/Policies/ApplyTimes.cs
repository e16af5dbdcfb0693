using Gateway.Policy;

namespace Gateway.Daemon.Policies;

/// <summary>How long the parts of an apply took.</summary>
/// <param name="Load">Reading, checking and compiling.</param>
/// <param name="Plan">Finding what differs.</param>
/// <param name="Store">Text and state, on disk.</param>
/// <param name="Fill">Tables made, filled and put beside the running ones.</param>
/// <param name="Swap">The one write that packets follow.</param>
/// <param name="Total">All of it.</param>
internal readonly record struct ApplyTimes(LoadTimes Load, TimeSpan Plan, TimeSpan Store, TimeSpan Fill, TimeSpan Swap, TimeSpan Total);
