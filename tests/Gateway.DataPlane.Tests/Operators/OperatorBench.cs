using Gateway.DataPlane.Tests.Packets;

namespace Gateway.DataPlane.Tests;

/// <summary>The bench with an actor that asks for anything and a selector that answers anything.</summary>
public sealed class OperatorBench : IDisposable
{
    public OperatorBench()
    {
        Bench.LoadOperator("probe");
        Bench.LoadOperator("answer");
    }

    internal PacketBench Bench { get; } = new();

    public void Dispose() => Bench.Dispose();
}
