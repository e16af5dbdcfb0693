namespace Gateway.DataPlane.Tests.Packets;

/// <summary>The collection of the tests that share a bench: the verifier takes longer for its programs than most of them take.</summary>
[CollectionDefinition(Name)]
public sealed class OnPacketBench : ICollectionFixture<PacketBench>
{
    public const string Name = "packets";
}
