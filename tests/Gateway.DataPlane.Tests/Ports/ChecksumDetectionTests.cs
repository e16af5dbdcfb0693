namespace Gateway.DataPlane.Tests.Ports;

public sealed class ChecksumDetectionTests
{
    [Theory]
    [InlineData(ChecksumMode.Auto, "veth", PortXdp.Native, ChecksumMode.Probe)]
    [InlineData(ChecksumMode.Auto, "veth", PortXdp.Generic, ChecksumMode.Unknown)]
    [InlineData(ChecksumMode.Auto, "tun", PortXdp.Native, ChecksumMode.Unknown)]
    [InlineData(ChecksumMode.Auto, "bridge", PortXdp.Generic, ChecksumMode.Unknown)]
    [InlineData(ChecksumMode.Auto, null, PortXdp.Native, ChecksumMode.Unknown)]
    [InlineData(ChecksumMode.Auto, "ixgbe", PortXdp.Native, ChecksumMode.Complete)]
    [InlineData(ChecksumMode.Auto, "virtio_net", PortXdp.Native, ChecksumMode.Complete)]
    [InlineData(ChecksumMode.Partial, "tun", PortXdp.Native, ChecksumMode.Partial)]
    [InlineData(ChecksumMode.Complete, "veth", PortXdp.Generic, ChecksumMode.Complete)]
    public void Checksums_are_declared_or_known_from_the_driver(ChecksumMode wish, string? driver, PortXdp xdp, ChecksumMode holds) =>
        Assert.Equal(holds, ChecksumDetection.Resolve(wish, driver, xdp));
}
