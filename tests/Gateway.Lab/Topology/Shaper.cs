using System.Globalization;

namespace Gateway.Lab;

/// <summary>The token bucket filter of a shaped port.</summary>
internal static class Shaper
{
    private const double BytesPerMbitMs = 125;

    /// <summary>
    /// A <c>tc -batch</c> line. The bucket holds 5 ms of the rate, at least 16 KB and at most 512 KB (larger GSO
    /// packets are segmented by the qdisc); the queue holds 40 ms beyond it, at least 64 KB.
    /// </summary>
    public static string Add(string port, double rateMbps)
    {
        long burst = (long)Math.Clamp(rateMbps * BytesPerMbitMs * 5, 16_000, 512_000);
        long limit = burst + (long)Math.Max(rateMbps * BytesPerMbitMs * 40, 64_000);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"qdisc add dev {port} root tbf rate {rateMbps * 1_000_000:0}bit burst {burst} limit {limit}");
    }

    /// <summary>
    /// Lines that give a shaped port another rate. The queue is dropped with its filter: a queued GSO packet larger than
    /// a smaller bucket would block the port for ever.
    /// </summary>
    public static string[] Change(string port, double rateMbps) => [$"qdisc delete dev {port} root", Add(port, rateMbps)];
}
