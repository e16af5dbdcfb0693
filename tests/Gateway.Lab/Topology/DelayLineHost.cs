using System.Globalization;

namespace Gateway.Lab;

/// <summary>The namespace and process of one path's delay line, between gateway and server.</summary>
internal sealed class DelayLineHost(NetworkNamespace space, LabPath path, int delayMs)
{
    public NetworkNamespace Space { get; } = space;

    public LabPath Path { get; } = path;

    public string GatewaySide => $"dg{Path.Number}";

    public string ServerSide => $"ds{Path.Number}";

    public LabProcess? Process { get; private set; }

    public async Task StartAsync()
    {
        Process = Agent.Start(
            Space,
            ["delay-line", "--in", GatewaySide, "--out", ServerSide, "--delay-ms", delayMs.ToString(CultureInfo.InvariantCulture)]);
        await Process.WaitForAsync(() => Process.Output.Contains(DelayLine.Ready), "the delay line relays").ConfigureAwait(false);
    }
}
