using Gateway.Lab;
using Gateway.Policy;
using Gateway.Rpc;

namespace Gateway.Daemon.Tests.Lifecycle;

/// <summary>What runs beside a policy, acts on subflows and a capture, goes on over changes of it and ends with the daemon.</summary>
public sealed class BesideTests : IDisposable
{
    private static readonly SubflowSelector s_subflow = new(IpPrefix.Parse("10.0.0.1"), 1000, IpPrefix.Parse("10.0.0.2"), 2000);

    private readonly ControlUnderTest _gateway = new();

    private IEnumerable<string> Chains => _gateway.DataPlane.Applied!.Chains.Select(c => c.Name);

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void Acts_go_on_with_the_next_policy_and_with_one_that_is_taken_back()
    {
        _gateway.Apply("old");
        _gateway.Control.Act([s_subflow], new SetBackupActor(true));
        Assert.Equal(["act-1-0", "all", "act-1"], Chains);
        _gateway.Apply("trial", TimeSpan.FromMinutes(1));
        Assert.Equal(["act-1-0", "all", "act-1"], Chains);
        _gateway.Time.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal((1ul, "old"), _gateway.InKernel);
        Assert.Equal(["act-1-0", "all", "act-1"], Chains);

        _gateway.Control.Ended([s_subflow]);
        _gateway.ExpectAgreement(1, "old");
        Assert.Equal(["all"], Chains);
    }

    [Fact]
    public void A_second_act_of_a_kind_replaces_the_first_and_one_of_another_is_added()
    {
        _gateway.Apply("policy");
        _gateway.Control.Act([s_subflow], new SetBackupActor(true));
        _gateway.Control.Act([s_subflow], new SetBackupActor(false));
        _gateway.Control.Act([s_subflow], new CloseSubflowActor(ResetReason.Performance));
        Assert.Equal(["act-1-0", "all", "act-1"], Chains);
        Assert.Equal([s_subflow], _gateway.Control.ActedOn);
        _gateway.Control.Act([s_subflow], null);
        Assert.Empty(_gateway.Control.ActedOn);
        Assert.Equal(["all"], Chains);
    }

    [Fact]
    public void What_a_killed_daemon_left_is_taken_out_at_the_next_start()
    {
        _gateway.Apply("policy");
        _gateway.Control.Act([s_subflow], new SetBackupActor(true));
        _gateway.Control.BeginCapture(s_subflow);
        Assert.True(_gateway.DataPlane.IsCapturing);

        _gateway.Restart();

        Assert.False(_gateway.DataPlane.IsCapturing);
        _gateway.ExpectAgreement(1, "policy");
        Assert.Equal(["all"], Chains);
        FaultTable.Withstood("gatewayd killed during a trace or an act on a subflow", "what it left is taken out at the next start; the policy stays");
    }

    [Fact]
    public void There_is_one_capture_at_a_time_and_it_needs_a_policy()
    {
        Assert.Equal(StatusCode.FailedPrecondition, Assert.Throws<RpcException>(() => _gateway.Control.BeginCapture(s_subflow)).StatusCode);
        Assert.Equal(StatusCode.FailedPrecondition, Assert.Throws<RpcException>(() => _gateway.Control.Act([s_subflow], new SetBackupActor(true))).StatusCode);
        _gateway.Apply("policy");
        _gateway.Control.BeginCapture(s_subflow);
        Assert.Equal(StatusCode.FailedPrecondition, Assert.Throws<RpcException>(() => _gateway.Control.BeginCapture(s_subflow)).StatusCode);
        _gateway.Apply("next");
        Assert.True(_gateway.DataPlane.IsCapturing);
        _gateway.Control.EndCapture();
        Assert.False(_gateway.DataPlane.IsCapturing);
        _gateway.ExpectAgreement(2, "next");
    }
}
