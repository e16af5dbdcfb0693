namespace Gateway.Policy.Tests;

/// <summary>Custom operators in policies.</summary>
public class CustomTests
{
    private static readonly PolicyEnvironment s_environment = new(
        new Dictionary<string, int> { ["eth1"] = 1 },
        new Dictionary<string, PolicyOperator>
        {
            ["first_bytes"] = new(2, IsSelector: true),
            ["lower_mss"] = new(0, IsSelector: false),
            ["limit_joins"] = new(5, IsSelector: false),
        });

    public static TheoryData<string, string, string, string> Wrong => new()
    {
        { "{custom: frist_bytes}", "[drop]", "6:20 chains[0].select.custom: The operator 'frist_bytes' is not loaded.", "Did you mean first_bytes?" },
        { "{not: {custom: lower_mss}}", "[drop]", "6:26 chains[0].select.not.custom: The operator 'lower_mss' is an actor, and a selector is expected here.", "Known: first_bytes." },
        { "{custom: {operator: first_bytes, args: [1, 2, 3]}}", "[drop]", "6:20 chains[0].select.custom: A custom selector is given at most 2 numbers, and these are 3.", "Leave some out." },
        { "{custom: {args: 5}}", "[drop]", "6:20 chains[0].select.custom.operator: The key operator is missing.", "Write it like {operator: lower_mss, args: [1200]}; operators are loaded with 'gatewayctl operator load'." },
        { "{custom: {operator: first_bytes, args: [1kB]}}", "[drop]", "6:51 chains[0].select.custom.args[0]: '1kB' is not a number of 64 bits.", "Write it like 1200 or 0x4b0." },
        { "{port: 1}", "[{custom: unheard_of_thing}]", "7:21 chains[0].actors[0].custom: The operator 'unheard_of_thing' is not loaded.", "Known: limit_joins, lower_mss." },
        { "{port: 1}", "[{custom: {operator: first_bytes}}]", "7:21 chains[0].actors[0].custom: The operator 'first_bytes' is a selector, and an actor is expected here.", "Known: limit_joins, lower_mss." },
        { "{port: 1}", "[{custom: {operator: lower_mss, args: [1, 2, 3, 4, 5]}}]", "7:21 chains[0].actors[0].custom: A custom actor is given at most 4 numbers, and these are 5.", "Leave some out." },
        { "{port: 1}", "[custom]", "7:12 chains[0].actors[0]: The actor custom needs a value.", "Write it like {operator: lower_mss, args: [1200]}; operators are loaded with 'gatewayctl operator load'." },
        { "{port: 1}", "[{custom: lower_mss}, {custom: lower_mss}, {custom: lower_mss}, {custom: lower_mss}, {custom: lower_mss}]", "7:11 chains[0].actors: The chain has 5 custom actors.", "Give it at most 4." },
    };

    [Theory]
    [MemberData(nameof(Wrong))]
    public void What_is_wrong_is_said_with_what_is_loaded(string select, string actors, string error, string hint)
    {
        PolicyError found = Assert.Single(Load(select, actors).Errors);
        Assert.Equal((error, hint), ($"{found.Line}:{found.Column} {found.Path}: {found.Message}", found.Hint));
    }

    [Fact]
    public void Without_any_operator_the_hint_says_how_to_load_one()
    {
        PolicyLoadResult loaded = PolicyLoader.Load(Text("{custom: x}", "[drop]"), ReaderTests.Ports, CompilerLimits.Default);
        Assert.Equal("No selector is loaded: load it with 'gatewayctl operator load'.", Assert.Single(loaded.Errors).Hint);
    }

    [Fact]
    public void A_selector_becomes_a_condition_that_no_other_is_joined_with()
    {
        PolicyLoadResult loaded = Load(
            "{all: [{custom: {operator: first_bytes, args: [7, 5]}}, {custom: {operator: first_bytes, args: [6]}}, {not: {custom: first_bytes}}]}",
            "[{custom: {operator: lower_mss, args: 1200}}, {custom: lower_mss}]");
        Assert.Empty(loaded.Errors);
        CompiledTerm term = Assert.Single(loaded.Compiled!.Terms);
        Assert.Equal(
            [
                new FlowCondition(ConditionKind.Custom, false, 2, new ValueRange(6, 0)),
                new FlowCondition(ConditionKind.Custom, false, 2, new ValueRange(7, 5)),
                new FlowCondition(ConditionKind.Custom, true, 2, new ValueRange(0, 0)),
            ],
            term.Conditions);
        Assert.Equal(["first_bytes", "lower_mss"], Assert.Single(loaded.Compiled.Chains).Operators);
        Assert.Equal(["first_bytes", "lower_mss"], loaded.Compiled.Operators.Keys.Order());
        Assert.True(loaded.Compiled.TracksData);
        Assert.True(loaded.Compiled.TracksPlainTcp);
    }

    private static PolicyLoadResult Load(string select, string actors) => PolicyLoader.Load(Text(select, actors), s_environment, CompilerLimits.Default);

    private static string Text(string select, string actors) =>
        $"version: 1\nname: x\nchains:\n- name: c\n  priority: 1\n  select: {select}\n  actors: {actors}\n";
}
