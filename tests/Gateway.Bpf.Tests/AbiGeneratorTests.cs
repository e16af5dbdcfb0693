using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gateway.AbiGenerator;
using Gateway.DataPlane.Abi;

namespace Gateway.Bpf.Tests;

public sealed class AbiGeneratorTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("gwbpf-abi-").FullName;

    public AbiGeneratorTests()
    {
        foreach (string name in (string[])["abi", "abi_other", "abi_conflict", "abi_bitfield"])
        {
            File.WriteAllBytes(At($"{name}.bpf.o"), TestPrograms.Elf(name));
        }
    }

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void The_mirrors_are_what_they_were()
    {
        Assert.Equal(GeneratorCommand.Done, Generate("abi", "abi_other").Code);

        Assert.Equal(Snapshot("Abi.g.cs"), File.ReadAllText(At("Abi.g.cs")));
        Assert.Equal(Snapshot("reason.proto"), File.ReadAllText(At("reason.proto")));
    }

    [Fact]
    public void The_order_of_objects_does_not_matter()
    {
        Generate("abi", "abi_other");
        string forward = File.ReadAllText(At("Abi.g.cs"));

        Generate("abi_other", "abi");

        Assert.Equal(forward, File.ReadAllText(At("Abi.g.cs")));
    }

    [Fact]
    public void A_mirror_lays_its_fields_where_the_compiler_did()
    {
        Item item = default;
        item.Time = 1;
        item.Reason = Reason.NotIp;
        item.Mac[5] = 2;
        item.ItemValue = -3;
        item.Pairs[2].Value = 4;
        item.Address[1][15] = 5;
        item.High = 6;
        item.StatsLost = 7;
        item.Fixed = 8;

        ReadOnlySpan<byte> bytes = MemoryMarshal.AsBytes(new ReadOnlySpan<Item>(in item));

        Assert.Equal(128, Unsafe.SizeOf<Item>());
        Assert.Equal(
            (1, 1, 2, 0xfd, 4, 5, 6, 7, 8),
            (bytes[0], bytes[8], bytes[17], bytes[30], bytes[60], bytes[95], bytes[98], bytes[104], bytes[124]));
        Assert.Equal(6u << 16, item.Word);
        Assert.Equal(128, Item.RestOffset);
        Assert.Equal((3, 1 << 20), (Limits.AbiVersion, Limits.MaxItems));
    }

    [Fact]
    public void Mirrors_are_equal_when_all_their_bytes_are()
    {
        var one = new Pair { Key = 1, Value = 2 };
        var same = new Pair { Key = 1, Value = 2 };
        var other = new Pair { Key = 1, Value = 3 };

        Assert.True(one.Equals(same));
        Assert.Equal(one.GetHashCode(), same.GetHashCode());
        Assert.False(one.Equals(other));
    }

    [Fact]
    public void A_mirror_fits_the_map_it_was_made_for()
    {
        using BpfObject loaded = TestPrograms.Open("abi").Load();
        var written = new Item { Time = 9, Fixed = 10 };

        loaded.Map("items").Update(0u, written);

        Assert.Equal(written, loaded.Map("items").Lookup<uint, Item>(0));
    }

    [Fact]
    public void A_check_passes_fresh_files_and_fails_stale_ones()
    {
        Generate("abi", "abi_other");
        Assert.Equal(GeneratorCommand.Done, Generate(["--check"], "abi", "abi_other").Code);

        File.AppendAllText(At("Abi.g.cs"), "// edited\n");
        (int code, string errors) = Generate(["--check"], "abi", "abi_other");

        Assert.Equal(GeneratorCommand.Stale, code);
        Assert.Contains("Abi.g.cs is stale: run dotnet build -t:GenerateAbi", errors, StringComparison.Ordinal);
        Assert.DoesNotContain("reason.proto", errors, StringComparison.Ordinal);
        Assert.EndsWith("// edited\n", File.ReadAllText(At("Abi.g.cs")), StringComparison.Ordinal);
        File.Delete(At("Abi.g.cs"));
        Assert.Equal(GeneratorCommand.Stale, Generate(["--check"], "abi", "abi_other").Code);
        Assert.False(File.Exists(At("Abi.g.cs")));
    }

    [Fact]
    public void An_unchanged_file_is_not_touched()
    {
        Generate("abi", "abi_other");
        DateTime past = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(At("Abi.g.cs"), past);

        Generate("abi", "abi_other");

        Assert.Equal(past, File.GetLastWriteTimeUtc(At("Abi.g.cs")));
    }

    [Theory]
    [InlineData("abi_bitfield", "gw_bits", "gw_bits.low is a bit field")]
    [InlineData("abi_bitfield", "gw_absent", "does not declare struct gw_absent")]
    public void What_has_no_mirror_is_refused(string program, string root, string message)
    {
        string[] rootOption = root == "gw_bits" ? [] : ["--root", root];

        (int code, string errors) = Run(["--object", At($"{program}.bpf.o"), "--csharp", At("x.cs"), .. rootOption]);

        Assert.Equal(GeneratorCommand.BadInput, code);
        Assert.Contains(message, errors, StringComparison.Ordinal);
        Assert.False(File.Exists(At("x.cs")));
    }

    [Fact]
    public void Objects_that_contradict_each_other_are_refused()
    {
        (int code, string errors) = Run(["--object", At("abi_conflict.bpf.o"), "--object", At("abi_bitfield.bpf.o"), "--csharp", At("x.cs")]);
        Assert.Equal(GeneratorCommand.BadInput, code);

        (code, errors) = Run(["--object", At("abi_other.bpf.o"), "--object", At("abi_conflict.bpf.o"), "--csharp", At("x.cs")]);

        Assert.Equal(GeneratorCommand.BadInput, code);
        Assert.Contains("gw_pair differs between", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void A_pointer_has_no_mirror()
    {
        (int code, string errors) = Run(["--object", At("abi.bpf.o"), "--csharp", At("x.cs")]);

        Assert.Equal(GeneratorCommand.BadInput, code);
        Assert.Contains("is a pointer", errors, StringComparison.Ordinal);
    }

    [Fact]
    public void Bad_command_lines_and_files_are_refused()
    {
        Assert.Equal(GeneratorCommand.BadInput, Run([]).Code);
        Assert.Equal(GeneratorCommand.BadInput, Run(["--object", At("absent.o"), "--csharp", At("x.cs")]).Code);
        File.WriteAllText(At("text.o"), "text");
        Assert.Contains("ELF", Run(["--object", At("text.o"), "--csharp", At("x.cs")]).Errors, StringComparison.Ordinal);
        Assert.Contains(
            "No object declares enum gw_absent",
            Run(["--object", At("abi_other.bpf.o"), "--root", "gw_roots", "--proto", At("x.proto"), "--proto-enum", "gw_absent"]).Errors,
            StringComparison.Ordinal);
    }

    private static string Snapshot(string name)
    {
        using Stream stream = typeof(AbiGeneratorTests).Assembly.GetManifestResourceStream($"Snapshots/{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    private static (int Code, string Errors) Run(string[] arguments)
    {
        using var output = new StringWriter();
        using var errors = new StringWriter();
        int code = GeneratorCommand.Run(arguments, output, errors);
        return (code, errors.ToString());
    }

    private (int Code, string Errors) Generate(params string[] objects) => Generate([], objects);

    private (int Code, string Errors) Generate(string[] more, params string[] objects) => Run(
        [
            .. objects.SelectMany(o => (string[])["--object", At($"{o}.bpf.o")]),
            "--root", "gw_roots", "--csharp", At("Abi.g.cs"), "--proto", At("reason.proto"), "--proto-enum", "gw_reason", "--public",
            .. more,
        ]);

    private string At(string name) => Path.Combine(_directory, name);
}
