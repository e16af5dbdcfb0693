using Gateway.Daemon.Connections;
using Gateway.Policy;

namespace Gateway.Daemon.Services;

/// <summary>What is said about policies.</summary>
internal static class PolicyMessages
{
    public static V1.AppliedPolicy Of(DataPlane.AppliedPolicy applied) => new()
    {
        Name = applied.Text.Name,
        Revision = applied.Text.Revision,
        Generation = applied.Generation,
        Compiled = new V1.CompiledSize
        {
            Chains = (uint)applied.Size.Chains,
            Terms = (uint)applied.Size.Terms,
            ExactRules = (uint)applied.Size.ExactRules,
            Prefixes = (uint)applied.Size.Prefixes,
        },
        AppliedUnixNanos = applied.AppliedAt.UnixNanos(),
    };

    public static V1.CompiledSize SizeOf(CompiledPolicy compiled) => new()
    {
        Chains = (uint)compiled.Chains.Length,
        Terms = (uint)compiled.Terms.Length,
        ExactRules = (uint)(compiled.ExactRules4.Length + compiled.ExactRules6.Length),
        Prefixes = (uint)(compiled.Prefixes4.Length + compiled.Prefixes6.Length),
    };

    public static V1.PolicyError Of(PolicyError error) => new()
    {
        Path = error.Path,
        Line = (uint)error.Line,
        Column = (uint)error.Column,
        Message = error.Message,
        Hint = error.Hint,
    };
}
