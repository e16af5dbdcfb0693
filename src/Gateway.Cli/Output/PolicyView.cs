using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Cli;

/// <summary>Policies for people.</summary>
internal static class PolicyView
{
    private static readonly EnumDescriptor s_hook = PolicyReflection.Descriptor.FindTypeByName<EnumDescriptor>("Hook");

    internal static void Applied(ApplyPolicyResponse response, Page page) =>
        page.Line($"applied {Identity(response.Applied)}: {Size(response.Applied.Compiled)}");

    internal static void Cleared(ClearPolicyResponse response, Page page) =>
        page.Line(response.ClearedRevision == 0 ? "no policy was running" : $"cleared revision {Words.Number(response.ClearedRevision)}");

    internal static void Running(GetPolicyResponse response, Page page)
    {
        if (response.Applied is not { } applied)
        {
            page.Line("No policy runs: every packet passes unmodified.");
            return;
        }

        page.Fields(
            ("Policy", applied.Name),
            ("Revision", Words.Number(applied.Revision)),
            ("Generation", Words.Number(applied.Generation)),
            ("Applied", Words.Time(applied.AppliedUnixNanos)),
            ("Compiled", Size(applied.Compiled)));
        page.Line("");
        DataTable table = new("CHAIN", Column.Number("PRIORITY"), "HOOKS", "PORTS", "ACTORS");
        foreach (Chain chain in response.Policy?.Chains ?? [])
        {
            table.Add(
                chain.Name,
                chain.Priority,
                chain.Hooks.Count == 0 ? "ingress" : string.Join(',', chain.Hooks.Select(hook => Words.Name(s_hook, (int)hook))),
                chain.Ports.Count == 0 ? "all" : string.Join(',', chain.Ports),
                string.Join(',', chain.Actors.Select(Name)));
        }

        page.Table(table, "The policy has no chains.");
    }

    /// <summary>"edge revision 7 (generation 12)".</summary>
    internal static string Identity(AppliedPolicy applied) =>
        $"{applied.Name} revision {Words.Number(applied.Revision)} (generation {Words.Number(applied.Generation)})";

    /// <summary>"2 chains, 5 terms, 0 exact rules, 4 prefixes".</summary>
    internal static string Size(CompiledSize? size) => size is null
        ? "-"
        : string.Join(
            ", ",
            Words.Count(size.Chains, "chain"),
            Words.Count(size.Terms, "term"),
            Words.Count(size.ExactRules, "exact rule"),
            size.Prefixes == 1 ? "1 prefix" : $"{Words.Number(size.Prefixes)} prefixes");

    /// <summary>The actor's name as in a policy file: the name of its field.</summary>
    private static string Name(Actor actor) =>
        Actor.Descriptor.Oneofs[0].Accessor.GetCaseFieldDescriptor(actor)?.Name ?? "-";
}
