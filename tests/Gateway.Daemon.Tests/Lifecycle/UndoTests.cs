using Gateway.Daemon.Policies;
using Gateway.DataPlane;
using Gateway.Lab;
using Gateway.Rpc;

namespace Gateway.Daemon.Tests.Lifecycle;

/// <summary>A failure at any step of a change leaves the old policy, whole, in the kernel and on disk.</summary>
public sealed class UndoTests : IDisposable
{
    private readonly ControlUnderTest _gateway = new();

    public static TheoryData<ApplyStep> Steps { get; } = new(Enum.GetValues<ApplyStep>());

    public void Dispose() => _gateway.Dispose();

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_that_fails_leaves_the_policy_before(ApplyStep step)
    {
        _gateway.Apply("old");
        ulong generation = _gateway.DataPlane.Applied!.Generation;

        Fails(step, () => _gateway.Apply("new"));
        Assert.Equal(generation, _gateway.DataPlane.Applied!.Generation);
        _gateway.ExpectAgreement(1, "old");
        _gateway.Restart();
        Assert.Equal(generation, _gateway.DataPlane.Applied!.Generation);
        _gateway.ExpectAgreement(1, "old");

        PolicyOutcome next = _gateway.Apply("next", expected: 1);
        Assert.True(next.Applied!.Generation > generation);
        _gateway.ExpectAgreement(next.Revision!.Revision, "next");
        Assert.DoesNotContain(_gateway.History.State.Revisions, r => r.Name == "new");
        FaultTable.Withstood("a step of an apply fails, in the kernel or on disk", "the policy before runs on, whole");
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_step_that_fails_leaves_no_policy_where_none_was(ApplyStep step)
    {
        Fails(step, () => _gateway.Apply("new"));

        Assert.Equal(0ul, _gateway.InKernel.Revision);
        _gateway.Restart();
        Assert.Equal((0ul, 0ul), (_gateway.InKernel.Revision, _gateway.History.State.Running));
        Assert.Null(_gateway.History.State.Intent);
    }

    [Theory]
    [InlineData(ApplyStep.StoreIntent)]
    [InlineData(ApplyStep.Switch)]
    [InlineData(ApplyStep.StoreCommit)]
    public void A_clear_that_fails_leaves_the_policy(ApplyStep step)
    {
        _gateway.Apply("old");

        Fails(step, () => _gateway.Control.Clear(0));

        _gateway.ExpectAgreement(1, "old");
        _gateway.Reboot();
        _gateway.ExpectAgreement(1, "old");
        Assert.Equal(1ul, _gateway.Control.Clear(1)!.Text.Revision);
        _gateway.ExpectAgreement(0, "");
        _gateway.Reboot();
        _gateway.ExpectAgreement(0, "");
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void A_trial_goes_on_when_another_change_fails(ApplyStep step)
    {
        _gateway.Apply("old");
        _gateway.Apply("trial", TimeSpan.FromSeconds(60));

        Fails(step, () => _gateway.Apply("new"));
        _gateway.ExpectAgreement(2, "trial");
        _gateway.Time.Pass(TimeSpan.FromSeconds(61));

        _gateway.ExpectAgreement(1, "old");
    }

    [Fact]
    public void The_steps_of_a_change_are_those_of_its_plan()
    {
        using var steps = new FailingStep();

        _gateway.Apply("first");

        Assert.Equal(PolicyPlan.Steps, steps.Begun);
    }

    [Theory]
    [InlineData(ApplyStep.FillTables)]
    [InlineData(ApplyStep.EnterSlot)]
    [InlineData(ApplyStep.Switch)]
    public void A_revert_that_the_kernel_refuses_is_tried_again(ApplyStep step)
    {
        _gateway.Apply("old");
        _gateway.Apply("trial", TimeSpan.FromSeconds(60));
        using (new FailingStep(step, () => new DataPlaneException(DataPlaneErrorKind.ResourceExhausted, "injected")))
        {
            _gateway.Time.Pass(TimeSpan.FromSeconds(61));
            Assert.Equal("trial", _gateway.InKernel.Name);
        }

        _gateway.Time.Pass(TimeSpan.FromSeconds(1));

        _gateway.ExpectAgreement(1, "old");
        FaultTable.Withstood("the kernel refuses a revert", "it is tried again until it is done");
    }

    private static void Fails(ApplyStep step, Func<object?> change)
    {
        bool onDisk = step is ApplyStep.StoreText or ApplyStep.StoreIntent or ApplyStep.StoreCommit;
        using var failing = new FailingStep(
            step, () => onDisk ? new IOException("injected") : new DataPlaneException(DataPlaneErrorKind.ResourceExhausted, "injected"));
        RpcException refused = Assert.Throws<RpcException>(change);
        Assert.Equal(onDisk ? StatusCode.FailedPrecondition : StatusCode.ResourceExhausted, refused.StatusCode);
        Assert.Contains("injected", refused.Status.Detail, StringComparison.Ordinal);
    }
}
