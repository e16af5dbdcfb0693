using Gateway.Bpf;
using Gateway.Policy;
using Gateway.Tests;

namespace Gateway.DataPlane.Tests.Packets;

/// <summary>Custom operators on the bench: linked into every program by the real linker.</summary>
public sealed partial class PacketBench
{
    private readonly OperatorTable _operators;

    internal IReadOnlyList<OperatorInfo> Operators => _operators.Operators;

    private PolicyEnvironment PolicyEnvironment => new(
        Ports.Ports, _operators.Operators.ToDictionary(o => o.Name, o => new PolicyOperator(o.Slot, o.Kind == OperatorKind.Selector)), Sets.Numbers);

    /// <summary>Loads an operator of this assembly; programs that were loaded before go.</summary>
    internal OperatorInfo LoadOperator(string source, string? name = null) => LoadOperator(OperatorObjects.Read(source), name ?? source);

    internal OperatorInfo LoadOperator(byte[] elf, string name)
    {
        OperatorInfo loaded = _operators.Load(name, elf, []);
        ForgetPrograms();
        return loaded;
    }

    internal void UnloadOperator(string name)
    {
        _operators.Unload(name, []);
        ForgetPrograms();
    }

    /// <summary>A map of an operator, from its pin.</summary>
    internal BpfMap OperatorMap(OperatorInfo info, string map) => BpfMap.OpenPinned(_layout.Operator(info.Slot).Map(map));

    private void ForgetPrograms()
    {
        foreach (BpfProgram program in _programs.Values)
        {
            program.Dispose();
        }

        _programs.Clear();
        _policy = null;
    }
}
