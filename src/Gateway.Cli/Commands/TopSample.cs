using Gateway.Client;
using Gateway.V1;

namespace Gateway.Cli;

/// <summary>The gateway at one moment.</summary>
/// <param name="Seconds">When, on a clock that never jumps.</param>
/// <param name="Status">The daemon.</param>
/// <param name="Ports">The ports with their counters.</param>
/// <param name="Counters">Chains and losses.</param>
/// <param name="Connections">Open connections.</param>
internal sealed record TopSample(
    double Seconds, StatusResponse Status, ListPortsResponse Ports, CountersResponse Counters, ListConnectionsResponse Connections)
{
    internal static async Task<TopSample> TakeAsync(GatewayClient gateway, CancellationToken cancellationToken)
    {
        StatusResponse status = await gateway.System.StatusAsync(cancellationToken).ConfigureAwait(false);
        ListPortsResponse ports = await gateway.Ports.ListAsync(cancellationToken).ConfigureAwait(false);
        CountersResponse counters = await gateway.Telemetry.CountersAsync(cancellationToken).ConfigureAwait(false);
        ListConnectionsResponse connections = await gateway.Connections.ListAsync(false, cancellationToken).ConfigureAwait(false);
        double now = (double)System.Diagnostics.Stopwatch.GetTimestamp() / System.Diagnostics.Stopwatch.Frequency;
        return new TopSample(now, status, ports, counters, connections);
    }
}
