namespace Gateway.Policy.Tests;

public sealed class ComparerTests
{
    private const string Base = """
        version: 1
        name: base
        chains:
          - name: limit
            priority: 10
            select:
              any:
                - subflow: {src: 10.0.0.1, src_port: 1000}
                - subflow: {src: 10.0.0.2, src_port: 1000}
            actors: [record, {rate_limit: {rate: 20Mbit/s}}]
          - name: watch
            priority: 5
            select: {all: [{dst_port: 443}, {not: {src: [10.0.0.0/8, 192.0.2.0/24]}}]}
            actors: [count]
          - name: rest
            priority: 5
            actors: [count]
        """;

    [Fact]
    public void Equal_policies_do_not_differ()
    {
        PolicyDifference difference = Compare(Base, Base.Replace("name: base", "name: other", StringComparison.Ordinal));

        Assert.Empty(difference.Chains);
        Assert.Equal(3, difference.Unchanged);
    }

    [Fact]
    public void Each_rule_that_differs_is_named_with_both_values()
    {
        PolicyDifference difference = Compare(Base, Base
            .Replace("20Mbit/s", "50Mbit/s", StringComparison.Ordinal)
            .Replace("src: 10.0.0.2", "src: 10.0.0.3", StringComparison.Ordinal)
            .Replace("priority: 10", "priority: 11", StringComparison.Ordinal));

        ChainDifference chain = Assert.Single(difference.Chains);
        Assert.Equal(("limit", ChangeKind.Changed, "Chain limit changes in 3 places."), (chain.Name, chain.Kind, chain.Words));
        Assert.Equal(
            [
                "priority: 10 becomes 11",
                "actors: {rate_limit: {rate: 20Mbit/s}} becomes {rate_limit: {rate: 50Mbit/s}}",
                "select.any: {subflow: {src: 10.0.0.2, src_port: 1000}} becomes {subflow: {src: 10.0.0.3, src_port: 1000}}",
            ],
            chain.Changes.Select(c => c.Words));
        Assert.Equal(2, difference.Unchanged);
    }

    [Fact]
    public void Lists_differ_by_what_is_added_and_removed_at_any_depth()
    {
        PolicyDifference difference = Compare(Base, Base
            .Replace("192.0.2.0/24]", "198.51.100.0/24, 203.0.113.0/24]", StringComparison.Ordinal)
            .Replace("        - subflow: {src: 10.0.0.1, src_port: 1000}\n", "", StringComparison.Ordinal));

        Assert.Equal(["limit", "watch"], difference.Chains.Select(c => c.Name));
        RuleChange removed = Assert.Single(difference.Chains[0].Changes);
        Assert.Equal((ChangeKind.Removed, "select.any", ""), (removed.Kind, removed.Path, removed.After));
        Assert.Equal(
            [
                new RuleChange(ChangeKind.Removed, "select.all.not.src", "192.0.2.0/24", ""),
                new RuleChange(ChangeKind.Added, "select.all.not.src", "", "198.51.100.0/24"),
                new RuleChange(ChangeKind.Added, "select.all.not.src", "", "203.0.113.0/24"),
            ],
            difference.Chains[1].Changes);
    }

    [Fact]
    public void Chains_come_go_and_move_among_those_of_their_priority()
    {
        string after = Reordered(Base).Replace("name: limit", "name: other", StringComparison.Ordinal);

        PolicyDifference difference = Compare(Base, after);

        Assert.Equal(
            [("other", ChangeKind.Added), ("rest", ChangeKind.Moved), ("limit", ChangeKind.Removed)], difference.Chains.Select(c => (c.Name, c.Kind)));
        Assert.Equal(1, difference.Unchanged);
        Assert.Contains(difference.Chains[0].Changes, c => c is { Kind: ChangeKind.Added, Path: "priority", After: "10" });
        Assert.All(difference.Chains[^1].Changes, c => Assert.Equal(ChangeKind.Removed, c.Kind));
    }

    [Fact]
    public void Chains_of_different_priorities_may_trade_places()
    {
        string[] parts = Base.Split("  - name: ");
        string after = parts[0] + string.Concat(new[] { parts[2], parts[3] + "\n", parts[1] }.Select(p => "  - name: " + p));

        Assert.Empty(Compare(Base, after).Chains);
    }

    [Fact]
    public void Nothing_and_a_policy_differ_in_all_chains()
    {
        Assert.All(Compare(null, Base).Chains, c => Assert.Equal(ChangeKind.Added, c.Kind));
        Assert.All(Compare(Base, null).Chains, c => Assert.Equal(ChangeKind.Removed, c.Kind));
        Assert.Empty(Compare(null, null).Chains);
    }

    [Fact]
    public void A_hundred_thousand_rules_are_compared_and_the_first_are_listed()
    {
        PolicyDocument before = Many(0), after = Many(3000);

        ChainDifference chain = Assert.Single(PolicyComparer.Compare(before, after).Chains);

        Assert.Equal((PolicyComparer.DefaultLimit, 6000 - PolicyComparer.DefaultLimit), (chain.Changes.Count, chain.Omitted));
        Assert.Contains("10.0.0.0", chain.Changes[0].Before, StringComparison.Ordinal);
    }

    [Fact]
    public void Actors_that_trade_places_move()
    {
        string after = Base.Replace("actors: [record, {rate_limit: {rate: 20Mbit/s}}]", "actors: [{rate_limit: {rate: 20Mbit/s}}, record, drop]", StringComparison.Ordinal);

        IReadOnlyList<RuleChange> changes = Assert.Single(Compare(Base, after).Chains).Changes;

        Assert.Equal([(ChangeKind.Moved, "actors"), (ChangeKind.Added, "actors")], changes.Select(c => (c.Kind, c.Path)));
        Assert.Equal("drop", changes[1].After);
    }

    private static string Reordered(string yaml)
    {
        string[] parts = yaml.Split("  - name: ");
        return parts[0] + string.Concat(new[] { parts[1], parts[3] + "\n", parts[2] }.Select(p => "  - name: " + p));
    }

    private static PolicyDocument Many(uint first)
    {
        Selector[] rules = [.. Enumerable.Range(0, 100_000).Select(i => new SubflowSelector(
            IpPrefix.Parse($"10.{(i + first) >> 16}.{((i + first) >> 8) & 255}.{(i + first) & 255}"), 1000, null, null))];
        return new PolicyDocument("many", [new Chain("c", 1, Hooks.Ingress, [], new AnySelector(ValueList.From(rules)), [new CountActor()])]);
    }

    private static PolicyDifference Compare(string? before, string? after) => PolicyComparer.Compare(Read(before), Read(after));

    private static PolicyDocument? Read(string? yaml)
    {
        if (yaml is null)
        {
            return null;
        }

        PolicyReadResult read = PolicyReader.Read(yaml);
        Assert.Empty(read.Errors);
        return read.Document;
    }
}
