using System.Text;

namespace Gateway.Bpf.Tests;

public sealed class ObjectTests
{
    private static readonly byte[] Frame = new byte[64];

    [Fact]
    public void A_specification_lists_what_the_file_declares()
    {
        using BpfObjectSpec spec = TestPrograms.Open();

        Assert.Equal(BpfProgramType.Xdp, spec.Program("emit").Type);
        Assert.Equal(BpfProgramType.SchedCls, spec.Program("tc_first").Type);
        Assert.Equal(BpfAttachType.XdpDevmap, spec.Program("on_egress").ExpectedAttachType);
        Assert.Equal("xdp.frags", spec.Program("emit").SectionName);
        Assert.True(spec.Program("emit").InstructionCount > 2);
        BpfMapSpec map = spec.Map("a_map_with_a_long_name");
        Assert.Equal((BpfMapType.Hash, 4, 8, 16u), (map.Type, map.KeySize, map.ValueSize, map.MaxEntries));
        Assert.Equal(BpfMapType.Array, spec.Map("generations").Inner!.Type);
        Assert.True(spec.Map(".rodata").IsInternal);
        Assert.Equal(new BpfVariableSpec("label", ".rodata", spec.Variables["label"].Offset, 8), spec.Variables["label"]);
        Assert.Equal(".data", spec.Variables["scratch"].Section);
    }

    [Fact]
    public void Constants_set_before_the_load_are_what_the_program_reads()
    {
        BpfObjectSpec spec = TestPrograms.Open();
        spec.SetVariable("verdict", 3u);
        spec.SetVariable("cookie", 1_000_000_000_000ul);
        spec.SetVariable("scratch", 20u);
        spec.SetVariable("label", [1, 0, 0, 0, 0, 0, 0, 2]);
        using BpfObject loaded = spec.Load();

        TestRunResult result = loaded.Program("constants").TestRun(Frame);

        Assert.Equal(3u, result.ReturnValue);
        Assert.Equal(1_000_000_000_023ul, loaded.Map("a_map_with_a_long_name").Lookup<uint, ulong>(1));
    }

    [Fact]
    public void Constants_left_alone_keep_their_initial_values()
    {
        using BpfObject loaded = TestPrograms.Load("constants");

        Assert.Equal(2u, loaded.Program("constants").TestRun(Frame).ReturnValue);
        Assert.Equal(7ul, loaded.Map("a_map_with_a_long_name").Lookup<uint, ulong>(1));
    }

    [Fact]
    public void A_constant_of_another_size_or_name_is_refused()
    {
        using BpfObjectSpec spec = TestPrograms.Open();

        Assert.Contains("4 bytes, the value 8", Assert.Throws<ArgumentException>(() => spec.SetVariable("verdict", 1ul)).Message, StringComparison.Ordinal);
        Assert.Contains("cookie", Assert.Throws<KeyNotFoundException>(() => spec.SetVariable("nothing", 1u)).Message, StringComparison.Ordinal);
        Assert.Throws<KeyNotFoundException>(() => spec.Map("nothing"));
        Assert.Throws<KeyNotFoundException>(() => spec.Program("nothing"));
    }

    [Fact]
    public void A_refused_program_leaves_an_error_with_its_name_and_verifier_log()
    {
        BpfException refused = Assert.Throws<BpfException>(() => TestPrograms.Open("refused").Load());

        Assert.Equal(Errno.EACCES, refused.Errno);
        Assert.Equal("unchecked", refused.ProgramName);
        Assert.Contains("R0 invalid mem access 'map_value_or_null'", refused.VerifierLog, StringComparison.Ordinal);
        Assert.Contains("invalid mem access", refused.Message, StringComparison.Ordinal);
        Assert.Contains("verifier refused", refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void An_excluded_program_is_not_loaded()
    {
        BpfObjectSpec spec = TestPrograms.Open("refused");
        spec.Program("unchecked").AutoLoad = false;
        using BpfObject loaded = spec.Load();

        Assert.Equal(["good"], loaded.Programs.Keys);
        Assert.Contains("excluded", Assert.Throws<KeyNotFoundException>(() => loaded.Program("unchecked")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_specification_loads_once()
    {
        BpfObjectSpec spec = TestPrograms.Open();
        spec.Load().Dispose();

        Assert.Throws<ObjectDisposedException>(() => spec.Load());
        Assert.Throws<ObjectDisposedException>(() => spec.Program("emit").AutoLoad = false);
        Assert.Throws<ObjectDisposedException>(() => spec.SetVariable("verdict", 1u));
    }

    [Theory]
    [InlineData("")]
    [InlineData("not an object")]
    public void Bytes_that_are_no_object_are_refused(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);

        Assert.Contains("'bad'", Assert.Throws<BpfException>(() => BpfObjectSpec.Open(bytes, "bad")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_truncated_object_is_refused()
    {
        byte[] elf = TestPrograms.Elf("basics");

        Assert.Throws<BpfException>(() => BpfObjectSpec.Open(elf.AsMemory(0, elf.Length / 2), "half"));
    }

    [Fact]
    public void A_map_is_made_with_the_size_set_before_the_load()
    {
        BpfObjectSpec spec = TestPrograms.Open();
        spec.Map("a_map_with_a_long_name").MaxEntries = 5000;
        using BpfObject loaded = spec.Load();

        BpfMap map = loaded.Map("a_map_with_a_long_name");
        Assert.Equal(5000u, map.MaxEntries);
        Assert.Equal("a_map_with_a_long_name", map.Name);
        Assert.Equal("a_map_with_a_lo", map.Info.Name);
    }

    [Fact]
    public void A_reused_map_is_shared_and_keeps_its_contents()
    {
        using BpfMap existing = BpfMap.Create(BpfMapType.Hash, "existing", 4, 8, 100);
        existing.Update(9u, 99ul);
        BpfObjectSpec spec = TestPrograms.Open();
        spec.Map("a_map_with_a_long_name").Reuse(existing);
        using BpfObject loaded = spec.Load();

        loaded.Program("constants").TestRun(Frame);

        Assert.Equal(existing.Id, loaded.Map("a_map_with_a_long_name").Id);
        Assert.Equal(7ul, existing.Lookup<uint, ulong>(1));
        Assert.Equal(99ul, existing.Lookup<uint, ulong>(9));
    }

    [Fact]
    public void A_map_of_another_shape_is_not_reused()
    {
        using BpfMap other = BpfMap.Create(BpfMapType.Hash, "other", 4, 4, 100);
        using BpfObjectSpec spec = TestPrograms.Open();

        Assert.Contains(
            "8-byte values", Assert.Throws<ArgumentException>(() => spec.Map("a_map_with_a_long_name").Reuse(other)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Program_flags_and_types_can_be_changed_before_the_load()
    {
        BpfObjectSpec spec = TestPrograms.Open();
        spec.Program("grow").Flags |= BpfProgramFlags.XdpHasFrags;
        spec.Program("grow").ExpectedAttachType = BpfAttachType.XdpDevmap;
        spec.Program("grow").Type = BpfProgramType.Xdp;

        Assert.True(spec.Program("grow").Flags.HasFlag(BpfProgramFlags.XdpHasFrags));
        using BpfObject loaded = spec.Load();
        using BpfMap devmap = BpfMap.Create(BpfMapType.Devmap, "devmap", 4, 8, 4);
        devmap.UpdateDevice(0, 1, loaded.Program("grow"));
        Assert.Equal(Errno.EINVAL, Assert.Throws<BpfException>(() => devmap.UpdateDevice(0, 1, loaded.Program("emit"))).Errno);
    }

    [Fact]
    public void Loading_leaves_nothing_behind_once_disposed()
    {
        uint map;
        uint program;
        using (BpfObject loaded = TestPrograms.Load("emit"))
        {
            map = loaded.Map("events").Id;
            program = loaded.Program("emit").Id;
        }

        Eventually.True(() => IsGone(() => BpfProgram.OpenById(program)), "program is freed");
        Eventually.True(() => IsGone(() => BpfMap.OpenById(map)), "map is freed");
    }

    private static bool IsGone(Func<IDisposable> open)
    {
        try
        {
            open().Dispose();
            return false;
        }
        catch (BpfException absent)
        {
            return absent.Errno == Errno.ENOENT;
        }
    }
}
