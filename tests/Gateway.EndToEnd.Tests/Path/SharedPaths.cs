using Gateway.Demo;
using Gateway.Lab;

namespace Gateway.EndToEnd.Tests;

/// <summary>One raised path for each mode, taken by one test after the other; each finds it as if it were new.</summary>
public sealed class SharedPaths : IAsyncLifetime
{
    private readonly Dictionary<LabMode, (MptcpLab Lab, GatewayUnderLab Gateway)> _raised = [];

    /// <summary>A path of a mode with endpoints of a family; the hosts verify what they receive unless told otherwise.</summary>
    internal async Task<PathUnderTest> TakeAsync(LabMode mode, Family family, RealChecksums? checksums = null)
    {
        if (!_raised.TryGetValue(mode, out (MptcpLab Lab, GatewayUnderLab Gateway) raised))
        {
            LabOptions options = PathUnderTest.Routed() with { Mode = mode };
            MptcpLab lab = await MptcpLab.RaiseAsync(options);
            try
            {
                raised = (lab, await GatewayUnderLab.StartAsync(lab));
            }
            catch
            {
                await lab.DisposeAsync();
                throw;
            }

            _raised.Add(mode, raised);
        }

        await SetChecksumsAsync(raised.Lab, checksums ?? (mode == LabMode.Wire ? RealChecksums.Everywhere : RealChecksums.Gateway));
        LabPath second = raised.Lab.Paths[1];
        await raised.Lab.Server.IpAsync(
            "mptcp endpoint flush", $"mptcp endpoint add {second.Server(family)} id 1 dev {second.ServerNic} signal");
        return await PathUnderTest.OfAsync(raised.Lab, raised.Gateway, family, () => PutBackAsync(mode));
    }

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync()
    {
        foreach (LabMode mode in _raised.Keys.ToArray())
        {
            await RemoveAsync(mode);
        }
    }

    /// <summary>A path that a failed test left unusable is not used again.</summary>
    private async Task PutBackAsync(LabMode mode)
    {
        GatewayUnderLab gateway = _raised[mode].Gateway;
        try
        {
            await gateway.Client.Policies.ClearAsync();
            if ((await gateway.Client.Ports.ListAsync()).Ports.Count != 4)
            {
                await RemoveAsync(mode);
            }
        }
        catch (Exception e) when (e is Rpc.RpcException or InvalidOperationException)
        {
            await RemoveAsync(mode);
        }
    }

    private async Task RemoveAsync(LabMode mode)
    {
        _raised.Remove(mode, out (MptcpLab Lab, GatewayUnderLab Gateway) raised);
        await raised.Gateway.DisposeAsync();
        await raised.Lab.DisposeAsync();
    }

    private static async Task SetChecksumsAsync(MptcpLab lab, RealChecksums real)
    {
        foreach (LabPath path in lab.Paths)
        {
            await SetAsync(lab.Client, path.ClientNic, RealChecksums.Client);
            await SetAsync(lab.Server, path.ServerNic, RealChecksums.Server);
            await SetAsync(lab.Gateway, path.GatewayClientPort, RealChecksums.Gateway);
            await SetAsync(lab.Gateway, path.GatewayServerPort, RealChecksums.Gateway);
        }

        Task SetAsync(NetworkNamespace space, string nic, RealChecksums whose) =>
            space.SetOffloadsAsync(nic, "tx", real.HasFlag(whose) ? "off" : "on");
    }
}
