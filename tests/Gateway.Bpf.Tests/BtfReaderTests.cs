using Gateway.Bpf.Btf;

namespace Gateway.Bpf.Tests;

public sealed class BtfReaderTests
{
    [Fact]
    public void Structures_are_read_with_offsets_and_sizes()
    {
        BtfReader btf = BtfReader.FromElf(TestPrograms.Elf("abi"));
        BtfType item = btf.Types.Single(t => t.Name == "gw_item");

        Assert.Equal((BtfKind.Struct, 128u), (item.Kind, item.Size));
        BtfMember pairs = item.Members.Single(m => m.Name == "pairs");
        Assert.Equal(40u * 8, pairs.BitOffset);
        Assert.Equal(24ul, btf.SizeOf(pairs.TypeId));
        Assert.Equal("gw_pair", btf.Resolve(btf.Resolve(pairs.TypeId).TypeId).Name);
        Assert.Equal(32ul, btf.SizeOf(item.Members.Single(m => m.Name == "address").TypeId));
        Assert.Equal(4ul, btf.SizeOf(item.Members.Single(m => m.Name == "fixed").TypeId));
        Assert.Equal([0L, 1L, 2L], btf.Types.Single(t => t.Name == "gw_reason").Values.Select(v => v.Value));
    }

    [Fact]
    public void Bit_fields_are_told_apart()
    {
        BtfReader btf = BtfReader.FromElf(TestPrograms.Elf("abi_bitfield"));

        Assert.Equal(
            [("low", 0u, 3u), ("high", 3u, 29u)],
            btf.Types.Single(t => t.Name == "gw_bits").Members.Select(m => (m.Name, m.BitOffset, m.BitfieldSize)));
    }

    [Fact]
    public void The_kernels_own_types_are_read_whole()
    {
        BtfReader btf = BtfReader.Parse(File.ReadAllBytes("/sys/kernel/btf/vmlinux"));

        BtfType skb = btf.Types.Single(t => t.Kind == BtfKind.Struct && t.Name == "__sk_buff");
        Assert.Equal(192u, skb.Size);
        Assert.True(btf.Types.Count > 50_000);
    }

    [Fact]
    public void Damaged_files_are_refused_and_never_crash_the_reader()
    {
        byte[] elf = TestPrograms.Elf("abi");
        var random = new Random(20_26);
        for (int i = 0; i < 3000; i++)
        {
            byte[] damaged = [.. elf.AsSpan(0, i % 2 == 0 ? elf.Length : random.Next(elf.Length))];
            for (int flips = random.Next(1, 8); flips > 0 && damaged.Length > 0; flips--)
            {
                damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            }

            try
            {
                BtfReader btf = BtfReader.FromElf(damaged);
                foreach (BtfType type in btf.Types)
                {
                    btf.SizeOf(type.Id);
                }
            }
            catch (InvalidDataException)
            {
                // The one allowed way to fail.
            }
        }
    }

    [Fact]
    public void Other_files_are_refused()
    {
        Assert.Contains("ELF", Assert.Throws<InvalidDataException>(() => BtfReader.FromElf(new byte[100])).Message, StringComparison.Ordinal);
        Assert.Contains("BTF", Assert.Throws<InvalidDataException>(() => BtfReader.Parse(new byte[100])).Message, StringComparison.Ordinal);
    }
}
