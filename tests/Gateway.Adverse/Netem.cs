using System.Text.Json;
using Gateway.Lab;

namespace Gateway.Adverse;

/// <summary>The faults of a lab's links, by netem at the egress of NICs.</summary>
internal sealed class Netem(MptcpLab lab)
{
    private const string Everything = "loss 100%";

    private readonly Dictionary<string, (NetworkNamespace Space, string Usual)> _usual = [];
    private long _lostBefore;

    /// <summary>Packets dropped so far.</summary>
    internal async Task<long> LostAsync()
    {
        long lost = _lostBefore;
        foreach ((string nic, (NetworkNamespace space, _)) in _usual)
        {
            lost += await LostAsync(space, nic);
        }

        return lost;
    }

    /// <summary>Puts a fault on every link.</summary>
    internal async Task SetAsync(Fault fault)
    {
        foreach (LabPath path in lab.Paths)
        {
            foreach ((NetworkNamespace space, string nic) in HostEnds(path))
            {
                await PutAsync(space, nic, $"{Fault.Rate} {fault.Netem}");
            }

            if (fault.Behind is { } behind && lab.Options.Mode is not LabMode.Wire)
            {
                await PutAsync(lab.Gateway, path.GatewayClientPort, $"limit 20000 {behind}");
                await PutAsync(lab.Gateway, path.GatewayServerPort, $"limit 20000 {behind}");
            }
        }
    }

    /// <summary>Lets nothing through on a path any more, either way.</summary>
    internal async Task CutAsync(LabPath path)
    {
        foreach ((NetworkNamespace space, string nic) in HostEnds(path))
        {
            await ReplaceAsync(space, nic, Everything);
        }
    }

    /// <summary>Puts a path back to its fault.</summary>
    internal async Task ReturnAsync(LabPath path)
    {
        foreach ((NetworkNamespace space, string nic) in HostEnds(path))
        {
            await ReplaceAsync(space, nic, _usual[nic].Usual);
        }
    }

    /// <summary>Takes every fault away.</summary>
    internal async Task RemoveAsync()
    {
        foreach ((string nic, (NetworkNamespace space, _)) in _usual)
        {
            await space.RunAsync("tc", "qdisc", "delete", "dev", nic, "root");
        }

        _usual.Clear();
        _lostBefore = 0;
    }

    private IEnumerable<(NetworkNamespace Space, string Nic)> HostEnds(LabPath path) =>
        [(lab.Client, path.ClientNic), (lab.Server, path.ServerNic)];

    private async Task PutAsync(NetworkNamespace space, string nic, string what)
    {
        await space.RunAsync("tc", ["qdisc", "replace", "dev", nic, "root", "netem", .. what.Split(' ')]);
        _usual[nic] = (space, what);
    }

    /// <summary>A new qdisc: netem keeps what a change does not name.</summary>
    private async Task ReplaceAsync(NetworkNamespace space, string nic, string what)
    {
        _lostBefore += await LostAsync(space, nic);
        await space.RunAsync("tc", "qdisc", "delete", "dev", nic, "root");
        await space.RunAsync("tc", ["qdisc", "add", "dev", nic, "root", "netem", .. what.Split(' ')]);
    }

    private static async Task<long> LostAsync(NetworkNamespace space, string nic)
    {
        using var shown = JsonDocument.Parse(await space.RunAsync("tc", "-s", "-j", "qdisc", "show", "dev", nic));
        return shown.RootElement.EnumerateArray()
            .Where(q => q.GetProperty("kind").GetString() == "netem")
            .Sum(q => q.GetProperty("drops").GetInt64());
    }
}
