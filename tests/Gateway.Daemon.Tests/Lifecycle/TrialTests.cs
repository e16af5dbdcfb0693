using System.Threading.Channels;
using Gateway.Daemon.Policies;
using Gateway.Lab;
using Gateway.Rpc;
using Kind = Gateway.V1.PolicyChange.Types.Kind;

namespace Gateway.Daemon.Tests.Lifecycle;

/// <summary>A policy on trial gives way unless it is confirmed, whatever happens meanwhile.</summary>
public sealed class TrialTests : IDisposable
{
    private static readonly TimeSpan s_minute = TimeSpan.FromMinutes(1);

    private readonly ControlUnderTest _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Fact]
    public void Without_confirmation_the_policy_before_runs_again()
    {
        _gateway.Apply("old");
        PolicyOutcome trial = _gateway.Apply("trial", s_minute);
        Assert.Equal((1ul, _gateway.Time.GetUtcNow() + s_minute), (_gateway.OnDisk().Pending!.RevertTo, _gateway.OnDisk().Pending!.Deadline));
        Assert.Equal("trial", trial.Revision!.Name);

        _gateway.Time.Pass(s_minute - TimeSpan.FromTicks(1));
        _gateway.ExpectAgreement(2, "trial");
        _gateway.Time.Pass(TimeSpan.FromTicks(1));

        _gateway.ExpectAgreement(1, "old");
        Assert.Equal(RevisionFate.Reverted, _gateway.History.State.Find(2)!.Fate);
        RpcException late = Assert.Throws<RpcException>(() => _gateway.Control.Confirm(2));
        Assert.Contains("was not confirmed in time", late.Status.Detail, StringComparison.Ordinal);
        Assert.Equal(3ul, _gateway.Apply("next", expected: 1).Revision!.Revision);
    }

    [Fact]
    public void With_confirmation_it_stays()
    {
        _gateway.Apply("old");
        _gateway.Apply("trial", s_minute);

        _gateway.Control.Confirm(2);
        _gateway.Control.Confirm(2);
        _gateway.Time.Pass(2 * s_minute);

        _gateway.ExpectAgreement(2, "trial");
        Assert.Null(_gateway.OnDisk().Pending);
        Assert.Throws<RpcException>(() => _gateway.Control.Confirm(1));
        Assert.Throws<RpcException>(() => _gateway.Control.Confirm(77));
    }

    [Fact]
    public void Without_a_policy_before_none_runs_again()
    {
        _gateway.Apply("trial", s_minute);

        _gateway.Time.Pass(s_minute);

        _gateway.ExpectAgreement(0, "");
        _gateway.Reboot();
        _gateway.ExpectAgreement(0, "");
    }

    [Fact]
    public void A_second_trial_reverts_to_what_was_confirmed_last()
    {
        _gateway.Apply("old");
        _gateway.Apply("first", s_minute);
        _gateway.Apply("second", s_minute);

        _gateway.Time.Pass(s_minute);

        _gateway.ExpectAgreement(1, "old");
    }

    [Fact]
    public void A_change_without_trial_ends_the_trial()
    {
        _gateway.Apply("old");
        _gateway.Apply("trial", s_minute);
        _gateway.Apply("new");

        _gateway.Time.Pass(2 * s_minute);

        _gateway.ExpectAgreement(3, "new");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_time_goes_on_over_a_restart(bool reboot)
    {
        _gateway.Apply("old");
        _gateway.Apply("trial", s_minute);
        _gateway.Time.Pass(s_minute / 2);

        Again(reboot);
        _gateway.ExpectAgreement(2, "trial");
        _gateway.Time.Pass(s_minute / 2);

        _gateway.ExpectAgreement(1, "old");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Time_that_ends_while_no_daemon_runs_counts(bool reboot)
    {
        _gateway.Apply("old");
        _gateway.Apply("trial", s_minute);
        _gateway.Time.Jump(2 * s_minute);

        Again(reboot);

        _gateway.ExpectAgreement(1, "old");
        Assert.Null(_gateway.OnDisk().Pending);
    }

    [Fact]
    public void A_clock_that_is_set_back_never_makes_it_longer()
    {
        _gateway.Apply("old");
        _gateway.Apply("trial", s_minute);
        _gateway.Time.Jump(TimeSpan.FromDays(-1000));
        _gateway.Restart();

        _gateway.Time.Pass(s_minute);

        _gateway.ExpectAgreement(1, "old");
        FaultTable.Withstood("the clock is set back while a policy is on trial", "the trial is never longer than was given");
    }

    [Fact]
    public void A_confirmed_trial_survives_a_reboot()
    {
        _gateway.Apply("old");
        _gateway.Apply("trial", s_minute);
        _gateway.Control.Confirm(2);

        _gateway.Reboot();
        _gateway.Time.Pass(2 * s_minute);

        _gateway.ExpectAgreement(2, "trial");
    }

    [Fact]
    public void Those_who_watch_see_every_change()
    {
        Channel<V1.PolicyChange> watch = _gateway.Control.Watch();
        _gateway.Apply("old");
        _gateway.Apply("trial", s_minute);
        _gateway.Time.Pass(s_minute);
        _gateway.Apply("kept", s_minute);
        _gateway.Control.Confirm(3);
        _gateway.Control.Import(new V1.PolicySource { Yaml = ControlUnderTest.Yaml("later") }, new RevisionDraft("a", "", "", RevisionOrigin.Imported));
        _gateway.Control.Clear(0);
        _gateway.Control.EndWatch(watch);
        _gateway.Apply("unseen");

        var seen = new List<(Kind, ulong?, ulong)>();
        while (watch.Reader.TryRead(out V1.PolicyChange? change))
        {
            seen.Add((change.Kind, change.Revision?.Revision, change.PreviousRevision));
        }

        Assert.Equal(
            [
                (Kind.Present, null, 0), (Kind.Applied, 1, 0), (Kind.Applied, 2, 1), (Kind.Reverted, 1, 2), (Kind.Applied, 3, 1),
                (Kind.Confirmed, 3, 3), (Kind.Imported, 4, 3), (Kind.Cleared, null, 3),
            ],
            seen);
    }

    private void Again(bool reboot)
    {
        if (reboot)
        {
            _gateway.Reboot();
        }
        else
        {
            _gateway.Restart();
        }
    }
}
