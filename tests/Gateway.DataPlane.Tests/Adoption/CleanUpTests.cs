using Gateway.Bpf;
using Microsoft.Extensions.Logging.Abstractions;

namespace Gateway.DataPlane.Tests.Adoption;

public sealed class CleanUpTests : IDisposable
{
    private readonly TestGateway _gateway = new();

    public void Dispose() => _gateway.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Nothing_stays_in_the_kernel(bool byTheDaemon)
    {
        _gateway.Attach("a", PortMode.Wire, "b");
        _gateway.Network.GatewayIp("link", "add", "name", "c", "type", "veth", "peer", "name", "d");
        _gateway.Attach("c");
        _gateway.Apply("- {name: all, priority: 1, actors: [count]}\n");
        (List<uint> programs, List<uint> maps, List<uint> links) = Ids();
        Assert.All(programs, id => Assert.True(KernelObjects.Exists("prog", id)));

        IReadOnlyList<string> removed;
        if (byTheDaemon)
        {
            removed = _gateway.Network.Run(_gateway.DataPlane.CleanUp);
        }
        else
        {
            _gateway.DataPlane.Dispose();
            removed = _gateway.Network.Run(() => KernelDataPlane.CleanUp(_gateway.Options, NullLogger.Instance));
        }

        Assert.NotEmpty(removed);
        Assert.False(Directory.Exists(_gateway.Options.PinRoot));
        KernelObjects.ExpectGone("link", links);
        KernelObjects.ExpectGone("prog", programs);
        KernelObjects.ExpectGone("map", maps);
        Assert.Empty(_gateway.Xdp("a").Concat(_gateway.Xdp("b")).Concat(_gateway.Xdp("c")));
    }

    [Fact]
    public void Cleaning_up_nothing_is_no_error() => Assert.Empty(KernelDataPlane.CleanUp(_gateway.Options, NullLogger.Instance));

    private (List<uint> Programs, List<uint> Maps, List<uint> Links) Ids()
    {
        var maps = new List<uint>();
        var links = new List<uint>();
        foreach (string pin in _gateway.Pins())
        {
            if (pin.EndsWith("_link", StringComparison.Ordinal))
            {
                using BpfLink link = BpfLink.OpenPinned(pin);
                links.Add(link.Info.Id);
            }
            else if (!pin.Contains("/ports/", StringComparison.Ordinal))
            {
                using BpfMap map = BpfMap.OpenPinned(pin);
                maps.Add(map.Id);
                if (map.Type == BpfMapType.ArrayOfMaps)
                {
                    maps.AddRange(map.ReadAll<uint, uint>().Select(e => e.Value).Where(id => id != 0));
                }
            }
        }

        Assert.Equal(4, links.Count);
        return ([.. _gateway.DataPlane.Describe().Programs.Select(p => p.Id)], maps, links);
    }
}
