using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Gateway.DataPlane.Abi;

namespace Gateway.DataPlane;

/// <summary>What the steps of a policy need beside themselves (gw_operands); element 0 belongs to none.</summary>
internal sealed class OperandTable
{
    private readonly List<Operand> _operands = [default];

    /// <summary>The table as the kernel has it.</summary>
    internal Operand[] ToArray() => [.. _operands];

    /// <summary>Enters one of the operand structures of abi.h.</summary>
    /// <returns>Its index, for struct gw_step.</returns>
    internal uint Add<T>(in T value)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(Unsafe.SizeOf<T>(), Unsafe.SizeOf<Operand>());
        var operand = default(Operand);
        MemoryMarshal.Write(MemoryMarshal.AsBytes(new Span<Operand>(ref operand)), value);
        _operands.Add(operand);
        return (uint)(_operands.Count - 1);
    }
}
