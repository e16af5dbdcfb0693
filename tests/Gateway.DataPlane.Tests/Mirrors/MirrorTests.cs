using Gateway.DataPlane.Abi;
using Gateway.Mptcp.Packets;

namespace Gateway.DataPlane.Tests.Mirrors;

/// <summary>Enumerations that live without a kernel have the kernel's numbers.</summary>
public sealed class MirrorTests
{
    [Fact]
    public void Packet_types_are_the_kernels_bits() =>
        Assert.Equal(
            Enum.GetValues<PacketType>().Select(type => (uint)type).Order(),
            Enum.GetValues<PacketTypes>().Select(type => (uint)type).Where(bits => bits != 0).Order());

    [Fact]
    public void Condition_kinds_are_the_kernels_numbers()
    {
        foreach (Policy.ConditionKind kind in Enum.GetValues<Policy.ConditionKind>())
        {
            Assert.Equal(Normalized(((ConditionKind)(int)kind).ToString()), Normalized(kind.ToString()));
        }
    }

    [Fact]
    public void Parse_outcomes_are_the_kernels_reasons()
    {
        foreach (ParseOutcome outcome in Enum.GetValues<ParseOutcome>())
        {
            Assert.Equal(Normalized(((Reason)(int)outcome).ToString()), Normalized(outcome.ToString()));
        }
    }

    private static string Normalized(string name) => name.ToUpperInvariant();
}
