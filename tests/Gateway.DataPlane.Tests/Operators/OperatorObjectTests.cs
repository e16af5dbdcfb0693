using Gateway.Tests;

namespace Gateway.DataPlane.Tests;

/// <summary>What an object file must be before libbpf sees it.</summary>
public sealed class OperatorObjectTests
{
    [Theory]
    [InlineData("keeps_global", "variables in section '.bss', which would not outlive the next load: keep state in a map")]
    [InlineData("reads_kernel", "calls helper 113 of linux/bpf.h")]
    [InlineData("has_program", "a program in section 'xdp'")]
    [InlineData("two_in_one", "it defines 2 operators, and one is possible: split it")]
    [InlineData("borrows_map", "'gw_flows4' is not defined in it")]
    [InlineData("short_table", "constants in section '.rodata.cst16', which cannot be linked: declare tables outside of functions, const volatile")]
    [InlineData("unlicensed", "it names no licence")]
    public void Others_are_refused_with_what_to_do(string source, string why)
    {
        DataPlaneException refusal = Assert.Throws<DataPlaneException>(() => OperatorObject.Read(OperatorObjects.Read(source)));
        Assert.Equal(DataPlaneErrorKind.InvalidArgument, refusal.Kind);
        Assert.StartsWith("The object file is no operator: ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(why, refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_operator_says_its_kind_its_name_and_its_maps()
    {
        OperatorObject actor = OperatorObject.Read(OperatorObjects.Read("lower_mss"));
        Assert.Equal((OperatorKind.Actor, "lower_mss"), (actor.Kind, actor.Function));
        Assert.Empty(actor.Maps);
        OperatorObject selector = OperatorObject.Read(OperatorObjects.Read("first_bytes"));
        Assert.Equal((OperatorKind.Selector, "first_bytes"), (selector.Kind, selector.Function));
        Assert.Equal(["selected"], selector.Maps);
    }

    [Fact]
    public void Renamed_for_a_slot_it_shares_no_name_with_the_packet_programs_or_with_itself_in_another_slot()
    {
        OperatorObject read = OperatorObject.Read(OperatorObjects.Read("first_bytes"));
        HashSet<string> third = Names(read.ForSlot(3)), fourth = Names(read.ForSlot(4));
        Assert.Contains("gw_slot_03", third);
        Assert.Contains("op03_selected", third);
        Assert.Contains("op03_gw_find_option", third);
        Assert.Empty(third.Intersect(fourth));

        static HashSet<string> Names(byte[] elf) => [.. Bpf.BpfObjectFile.Parse(elf).Symbols
            .Where(s => s.Kind is Bpf.BpfSymbolKind.Function or Bpf.BpfSymbolKind.Variable).Select(s => s.Name)];
    }

    [Fact]
    public void Damaged_files_are_refused_whatever_the_damage()
    {
        byte[] whole = OperatorObjects.Read("first_bytes");
        var random = new Random(20260701);
        int refused = 0;
        for (int round = 0; round < 3000; round++)
        {
            byte[] damaged = round % 3 == 0 ? whole[..random.Next(whole.Length)] : (byte[])whole.Clone();
            for (int i = 0; round % 3 != 0 && i <= round % 5; i++)
            {
                // Most bytes that matter stand in the headers, the tables and the BTF, towards both ends.
                int at = random.Next(4) == 0 ? random.Next(64) : random.Next(damaged.Length);
                damaged[at] = (byte)random.Next(256);
            }

            try
            {
                _ = OperatorObject.Read(damaged).ForSlot(random.Next(8));
            }
            catch (Exception failure) when (failure is DataPlaneException or InvalidDataException)
            {
                refused++;
            }
        }

        Assert.InRange(refused, 1000, 3000);
    }

    [Fact]
    public void A_file_that_is_too_large_is_refused() => Assert.Contains(
        "1048576 are possible", Assert.Throws<DataPlaneException>(() => OperatorObject.Read(new byte[OperatorObject.MaxBytes + 1])).Message, StringComparison.Ordinal);
}
