using Gateway.Daemon.Hosting;
using Microsoft.Extensions.Hosting.Systemd;

namespace Gateway.Daemon.Tests.Lifecycle;

/// <summary>More time for a start, as long as it comes further.</summary>
public sealed class StartProgressTests
{
    private readonly ManualTime _time = new();
    private readonly Manager _manager = new();
    private readonly StartProgress _progress;

    public StartProgressTests() => _progress = new StartProgress(_manager, _time);

    [Fact]
    public void EveryStepGivesTheNextOneAMinute()
    {
        Assert.Empty(_manager.Heard);
        _progress.Advance();
        _time.Pass(TimeSpan.FromSeconds(50));
        _progress.Advance();
        Assert.Equal(["EXTEND_TIMEOUT_USEC=60000000", "EXTEND_TIMEOUT_USEC=60000000"], _manager.Heard);
    }

    [Fact]
    public void AStartThatHangsAsksForNothing()
    {
        _progress.Advance();
        _time.Pass(TimeSpan.FromHours(1));
        Assert.Single(_manager.Heard);
    }

    [Fact]
    public void NoStartTakesForEver()
    {
        for (int second = 0; second < 3600; second += 10)
        {
            _progress.Advance();
            _time.Pass(TimeSpan.FromSeconds(10));
        }

        Assert.Equal(30, _manager.Heard.Count);
    }

    [Fact]
    public void ADaemonThatServesAsksForNothing()
    {
        _progress.End();
        _progress.Advance();
        Assert.Empty(_manager.Heard);
    }

    private sealed class Manager : ISystemdNotifier
    {
        public List<string> Heard { get; } = [];

        public bool IsEnabled => true;

        public void Notify(ServiceState state) => Heard.Add(state.ToString());
    }
}
