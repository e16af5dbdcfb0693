namespace Gateway.Bpf.Tests;

public sealed class KernelTests
{
    [Fact]
    public void Probes_agree_with_what_this_kernel_does()
    {
        Version kernel = Version.Parse(string.Join('.', Environment.OSVersion.Version.Major, Environment.OSVersion.Version.Minor));

        Assert.Equal(kernel >= new Version(6, 6), FeatureProbe.HasTcx);
        Assert.Equal(kernel >= new Version(5, 18), FeatureProbe.HasXdpFrags);
        Assert.True(FeatureProbe.HasMapType(BpfMapType.RingBuffer));
        Assert.False(FeatureProbe.HasMapType((BpfMapType)1000));
        Assert.True(FeatureProbe.HasProgramType(BpfProgramType.Xdp));
        Assert.True(FeatureProbe.HasHelper(BpfProgramType.Xdp, 1));
        Assert.False(FeatureProbe.HasHelper(BpfProgramType.Xdp, 100_000));
        Assert.Equal(File.Exists("/sys/kernel/btf/vmlinux"), FeatureProbe.HasKernelBtf);
        Assert.StartsWith("v1.", FeatureProbe.LibbpfVersion, StringComparison.Ordinal);
    }

    [Fact]
    public void Code_runs_in_the_namespace_asked_for_and_only_there()
    {
        using var veth = new VethNamespace();

        Assert.Equal("near", veth.Run(() => NetDevice.NameOf(veth.Near)));
        Assert.Equal("veth", veth.Run(() => NetDevice.DriverOf("near")));
        Assert.Throws<BpfException>(() => NetDevice.IndexOf("near"));
        Assert.Equal("near", NetNamespace.Run($"/run/netns/{veth.Name}", () => NetDevice.NameOf(veth.Near)));
    }

    [Fact]
    public void An_exception_in_a_namespace_arrives_unchanged()
    {
        using var veth = new VethNamespace();

        Assert.Equal("seven", Assert.Throws<FormatException>(() => veth.Run(() => throw new FormatException("seven"))).Message);
    }

    [Fact]
    public void An_absent_namespace_is_refused()
    {
        BpfException absent = Assert.Throws<BpfException>(() => NetNamespace.Run("gwbpf-absent", () => { }));

        Assert.Equal(Errno.ENOENT, absent.Errno);
        Assert.Contains("/run/netns/gwbpf-absent", absent.Message, StringComparison.Ordinal);
        Assert.Equal(Errno.EINVAL, Assert.Throws<BpfException>(() => NetNamespace.Run("/dev/null", () => { })).Errno);
    }

    [Fact]
    public void Interfaces_that_do_not_exist_have_neither_name_nor_driver()
    {
        Assert.Null(NetDevice.NameOf(0));
        Assert.Null(NetDevice.NameOf(int.MaxValue));
        Assert.Null(NetDevice.DriverOf("gwbpf-absent"));
        Assert.Null(NetDevice.DriverOf("a-name-that-is-too-long"));
    }

    [Theory]
    [InlineData(Errno.EPERM, "CAP_BPF, CAP_NET_ADMIN and CAP_PERFMON")]
    [InlineData(Errno.ENOTSUPP, "newer kernel")]
    [InlineData(Errno.EINVAL, "newer kernel")]
    [InlineData(Errno.ENOMEM, "memory limit")]
    [InlineData(Errno.EMFILE, "open files")]
    public void Each_error_says_what_to_do(Errno errno, string advice)
    {
        var failure = BpfException.From(-(int)errno, "Trying");

        Assert.StartsWith($"Trying failed: {errno}", failure.Message, StringComparison.Ordinal);
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
    }
}
