using Gateway.Daemon.Access;
using Gateway.Daemon.Tests.Lifecycle;

namespace Gateway.Daemon.Tests.Access;

public sealed class CallLimitTests
{
    private readonly ManualTime _time = new();

    [Fact]
    public void A_bucket_gives_its_burst_then_its_rate()
    {
        var bucket = new TokenBucket(perSecond: 10, burst: 3, _time);
        Assert.True(bucket.Full);
        for (int i = 0; i < 3; i++)
        {
            Assert.True(bucket.TryTake(out _));
        }

        Assert.False(bucket.TryTake(out TimeSpan wait));
        Assert.Equal(100, wait.TotalMilliseconds, 3);
        _time.Pass(wait);
        Assert.True(bucket.TryTake(out _));
        Assert.False(bucket.TryTake(out _));
        _time.Pass(TimeSpan.FromDays(1));
        Assert.True(bucket.Full);
    }

    [Fact]
    public void Calls_at_once_are_bounded_and_large_ones_more_so()
    {
        var use = new CallerUse(new CallLimits { Calls = 6, RequestsPerSecond = 1 }, _time);
        for (int i = 0; i < CallLimits.LargeCalls; i++)
        {
            Assert.True(use.TryEnter(large: true));
        }

        Assert.False(use.TryEnter(large: true));
        Assert.True(use.TryEnter(large: false));
        Assert.True(use.TryEnter(large: false));
        Assert.False(use.TryEnter(large: false));
        use.Leave(large: true);
        Assert.True(use.TryEnter(large: true));
        Assert.False(use.Idle);
    }

    [Fact]
    public void Refusals_beyond_what_the_audit_log_takes_are_counted_for_its_next_entry()
    {
        var use = new CallerUse(new CallLimits(), _time);
        int written = Enumerable.Range(0, 1000).Count(_ => use.TryAudit(out long unwritten) && unwritten == 0);
        Assert.InRange(written, 1, 100);
        _time.Pass(TimeSpan.FromSeconds(1));
        Assert.True(use.TryAudit(out long missing));
        Assert.Equal(1000 - written, missing);
    }

    [Fact]
    public void Those_who_ask_for_nothing_are_forgotten()
    {
        var uses = new CallerUses(new CallLimits { RequestsPerSecond = 1 }, _time);
        CallerUse busy = uses.Of("busy");
        busy.TryEnter(large: false);
        CallerUse first = uses.Of("caller 0");
        for (int i = 1; i < 5000; i++)
        {
            uses.Of($"caller {i}");
        }

        Assert.Same(busy, uses.Of("busy"));
        Assert.NotSame(first, uses.Of("caller 0"));
    }
}
