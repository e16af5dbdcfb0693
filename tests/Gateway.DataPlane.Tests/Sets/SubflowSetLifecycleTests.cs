using Gateway.Lab;
using Gateway.Policy;

namespace Gateway.DataPlane.Tests.Sets;

/// <summary>Sets over restarts, up to their limits, and beside policies that name them.</summary>
public sealed class SubflowSetLifecycleTests : IDisposable
{
    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void Sets_and_what_is_in_them_go_on_over_a_restart()
    {
        _gateway.DataPlane.CreateSubflowSet("first");
        _gateway.DataPlane.CreateSubflowSet("second");
        _gateway.DataPlane.UpdateSubflowSet("second", new[] { Subflow(1), Subflow(2), Subflow(3) with { Family = IpFamily.IPv6 } }, default);
        _gateway.Apply("- {name: x, priority: 1, select: {any: [{subflow_set: third}, {subflow_set: second}]}, actors: [count]}");

        Assert.Equal([new("first", 0, 0, 0), new("second", 1, 2, 1), new SubflowSetInfo("third", 2, 0, 0)], _gateway.DataPlane.SubflowSets);
        _gateway.Reopen();
        Assert.Equal([new("first", 0, 0, 0), new("second", 1, 2, 1), new SubflowSetInfo("third", 2, 0, 0)], _gateway.DataPlane.SubflowSets);
        Assert.Equal(3, _gateway.DataPlane.ReadSubflowSet("second").Count);
        Assert.All(_gateway.DataPlane.ReadSubflowSet("second"), m => Assert.InRange(DateTimeOffset.UtcNow - m.AddedAt, TimeSpan.FromSeconds(-2), TimeSpan.FromMinutes(5)));

        Assert.Equal(3, _gateway.DataPlane.RemoveSubflowSet("second"));
        _gateway.DataPlane.CreateSubflowSet("new");
        Assert.Equal([("first", 0), ("new", 1), ("third", 2)], _gateway.DataPlane.SubflowSets.Select(s => (s.Name, s.Number)));
        Assert.Empty(_gateway.DataPlane.ReadSubflowSet("new"));
    }

    [Fact]
    public void What_does_not_fit_is_refused_whole()
    {
        _gateway.DataPlane.CreateSubflowSet("full");
        SubflowTuple[] most = [.. Enumerable.Range(1, 1000).Select(Subflow)];
        Assert.Equal((1000, 0), _gateway.DataPlane.UpdateSubflowSet("full", most, default));
        DataPlaneException refusal = Assert.Throws<DataPlaneException>(
            () => _gateway.DataPlane.UpdateSubflowSet("full", Enumerable.Range(900, 600).Select(Subflow).ToArray(), default));
        Assert.Equal(DataPlaneErrorKind.ResourceExhausted, refusal.Kind);
        Assert.Contains("1024 of each family", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(most.ToHashSet(), _gateway.DataPlane.ReadSubflowSet("full").Select(m => m.Subflow).Select(s => Array.IndexOf(most, s) < 0 ? Turned(s) : s).ToHashSet());
        Assert.Equal(1000, Assert.Single(_gateway.DataPlane.SubflowSets).IPv4);

        // What is there already takes no room.
        Assert.Equal((0, 0), _gateway.DataPlane.UpdateSubflowSet("full", most, default));
        Assert.Equal((24, 24), _gateway.DataPlane.UpdateSubflowSet("full", Enumerable.Range(2000, 24).Select(Subflow).ToArray(), most.AsMemory(0, 24)));
        FaultTable.Withstood("the table of sets is full", "nothing of the batch is added, what was there stays; the answer says what to do");
    }

    [Fact]
    public void There_are_64_sets_and_a_policy_that_needs_more_is_refused()
    {
        for (int i = 0; i < PolicyEnvironment.MaxSubflowSets; i++)
        {
            _gateway.DataPlane.CreateSubflowSet($"set-{i}");
        }

        Assert.Equal(DataPlaneErrorKind.ResourceExhausted, Assert.Throws<DataPlaneException>(() => _gateway.DataPlane.CreateSubflowSet("more")).Kind);
        Assert.Equal(DataPlaneErrorKind.InvalidArgument, Assert.Throws<DataPlaneException>(() => _gateway.DataPlane.CreateSubflowSet("No name")).Kind);
        PolicyLoadResult loaded = PolicyLoader.Load(
            "version: 1\nname: x\nchains:\n- {name: x, priority: 1, select: {subflow_set: more}, actors: [count]}", _gateway.DataPlane.Environment, CompilerLimits.Default);
        Assert.Contains("more than 64", Assert.Single(loaded.Errors).Message, StringComparison.Ordinal);
        Assert.Equal(DataPlaneErrorKind.NotFound, Assert.Throws<DataPlaneException>(() => _gateway.DataPlane.ClearSubflowSet("more")).Kind);
    }

    private static SubflowTuple Subflow(int number) => new(IpFamily.IPv4, 0xc0000201, (ushort)number, 0xc6336402, 443);

    private static SubflowTuple Turned(SubflowTuple s) => new(s.Family, s.Destination, s.DestinationPort, s.Source, s.SourcePort);
}
