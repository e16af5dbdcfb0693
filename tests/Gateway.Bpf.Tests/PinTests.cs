namespace Gateway.Bpf.Tests;

public sealed class PinTests
{
    [Fact]
    public void Maps_and_programs_are_found_again_after_their_object()
    {
        using var pins = new PinDirectory();
        using (BpfObject loaded = TestPrograms.Load("constants"))
        {
            loaded.Map("a_map_with_a_long_name").Update(5u, 55ul);
            loaded.Map("a_map_with_a_long_name").Pin(pins["map"]);
            loaded.Program("constants").Pin(pins["program"]);
        }

        using BpfMap map = BpfMap.OpenPinned(pins["map"]);
        using BpfProgram program = BpfProgram.OpenPinned(pins["program"]);
        program.TestRun(new byte[64]);

        Assert.Equal(55ul, map.Lookup<uint, ulong>(5));
        Assert.Equal(7ul, map.Lookup<uint, ulong>(1));
        Assert.True(BpfFs.Unpin(pins["map"]));
        Assert.False(BpfFs.Unpin(pins["map"]));
    }

    [Fact]
    public void Each_wrong_path_has_its_own_advice()
    {
        using var pins = new PinDirectory();
        using BpfMap map = BpfMap.Create(BpfMapType.Array, "array", 4, 4, 1);
        map.Pin(pins["map"]);

        AssertAdvice(Errno.EEXIST, "remove it first", () => map.Pin(pins["map"]));
        AssertAdvice(Errno.ENOENT, "Create the directory", () => map.Pin(pins["absent/map"]));
        AssertAdvice(Errno.ENOENT, "Nothing is pinned there", () => BpfMap.OpenPinned(pins["other"]).Dispose());
        AssertAdvice(Errno.EPERM, "mounted bpf file system", () => map.Pin(Path.Combine(Path.GetTempPath(), "gwbpf-map")));
        AssertAdvice(Errno.EINVAL, "holds something else", () => BpfProgram.OpenPinned(pins["map"]).Dispose());
        AssertAdvice(Errno.EINVAL, "holds something else", () => BpfLink.OpenPinned(pins["map"]).Dispose());
    }

    [Fact]
    public void A_bpf_file_system_is_mounted_where_there_is_none()
    {
        string path = Path.Combine(Path.GetTempPath(), $"gwbpf-{Guid.NewGuid():N}");
        Assert.False(BpfFs.IsMounted(path));
        try
        {
            BpfFs.Mount(path);
            BpfFs.Mount(path);
            Assert.True(BpfFs.IsMounted(path));
            using BpfMap map = BpfMap.Create(BpfMapType.Array, "array", 4, 4, 1);
            map.Pin(Path.Combine(path, "map"));
        }
        finally
        {
            using var unmount = System.Diagnostics.Process.Start("umount", path);
            unmount.WaitForExit();
            Directory.Delete(path);
        }
    }

    private static void AssertAdvice(Errno errno, string advice, Action action)
    {
        BpfException failure = Assert.Throws<BpfException>(action);
        Assert.Equal(errno, failure.Errno);
        Assert.Contains(advice, failure.Message, StringComparison.Ordinal);
    }
}
