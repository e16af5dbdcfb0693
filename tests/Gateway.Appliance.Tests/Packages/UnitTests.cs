using System.Globalization;
using System.Text.RegularExpressions;

namespace Gateway.Appliance.Tests;

/// <summary>The systemd units.</summary>
[Collection(OnePackage.Name)]
public sealed partial class UnitTests(BuiltPackage package)
{
    /// <summary>Exposure a unit must stay below, by systemd-analyze(1): 0 is none, 10 is all.</summary>
    private const double Limit = 3.0;

    [Theory]
    [InlineData("gatewayd.service")]
    [InlineData("gatewayd-bypass.service")]
    public async Task Its_exposure_is_below_3(string unit)
    {
        string file = Path.Combine(package.Tree, "usr/lib/systemd/system", unit);

        (_, string report, string errors) = await Command.TryAsync("systemd-analyze", "security", "--offline=true", "--no-pager", file);

        Match score = Score().Match(report);
        Assert.True(score.Success, $"{report}\n{errors}");
        double exposure = double.Parse(score.Groups[1].Value, CultureInfo.InvariantCulture);
        Assert.True(exposure < Limit, $"{unit}: exposure {exposure}, must be below {Limit}\n{report}");
    }

    [Fact]
    public async Task The_service_has_four_capabilities_and_no_way_to_more()
    {
        string unit = await File.ReadAllTextAsync(Path.Combine(package.Tree, "usr/lib/systemd/system/gatewayd.service"));

        Assert.Contains("\nCapabilityBoundingSet=CAP_BPF CAP_NET_ADMIN CAP_PERFMON CAP_NET_RAW\n", unit, StringComparison.Ordinal);
        Assert.Contains("\nNoNewPrivileges=yes\n", unit, StringComparison.Ordinal);
        // Either of these hides the bpf file system, or makes it read-only.
        Assert.DoesNotMatch(@"(?m)^(ProtectKernelTunables|PrivateMounts)=", unit);
    }

    [GeneratedRegex(@"Overall exposure level for \S+: ([0-9.]+)")]
    private static partial Regex Score();
}
