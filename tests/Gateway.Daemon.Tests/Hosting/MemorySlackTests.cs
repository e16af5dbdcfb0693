using Gateway.Daemon.Hosting;

namespace Gateway.Daemon.Tests.Hosting;

public sealed class MemorySlackTests
{
    [Fact]
    public void Memory_is_given_back_once_when_what_took_it_is_over()
    {
        var slack = new MemorySlack();
        Assert.False(slack.IsDue(1 << 20, 8 << 20));
        Assert.False(slack.IsDue(4 * MemorySlack.Much, 2 * MemorySlack.Much));
        Assert.False(slack.IsDue(6 * MemorySlack.Much, 2 * MemorySlack.Much));
        Assert.True(slack.IsDue((6 * MemorySlack.Much) + MemorySlack.Calm, 2 * MemorySlack.Much));

        Assert.False(slack.IsDue((6 * MemorySlack.Much) + (2 * MemorySlack.Calm), 2 * MemorySlack.Much));
        Assert.False(slack.IsDue(8 * MemorySlack.Much, 2 * MemorySlack.Much));
        Assert.True(slack.IsDue(8 * MemorySlack.Much, 2 * MemorySlack.Much));
    }

    [Fact]
    public void A_small_heap_is_left_alone_however_much_was_allocated()
    {
        var slack = new MemorySlack();
        Assert.False(slack.IsDue(100 * MemorySlack.Much, MemorySlack.Much - 1));
        Assert.False(slack.IsDue(100 * MemorySlack.Much, MemorySlack.Much - 1));
        Assert.True(slack.IsDue(100 * MemorySlack.Much, MemorySlack.Much));
    }
}
