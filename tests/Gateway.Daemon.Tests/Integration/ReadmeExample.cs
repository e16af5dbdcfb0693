using Gateway.Client;
using Gateway.V1;
using Policy = Gateway.V1.Policy;

namespace Readme;

/// <summary>The README's example, line by line; where a user's code is, no namespace of the product hides a message.</summary>
internal static class ReadmeExample
{
    internal static async Task RunAsync(string socket)
    {
        using GatewayClient gateway = GatewayClient.Connect(socket);
        ulong running = (await gateway.Policies.GetAsync()).Applied?.Revision ?? 0;
        Policy policy = PolicyChain.Named("demote-lte").Select(s => s.Src("10.0.2.0/24")).Do(a => a.SetBackup()).ToPolicy("lte-is-backup");
        ApplyPolicyResponse applied = await gateway.Policies.ApplyAsync(
            policy, new ChangeOptions { ExpectedRevision = running, ConfirmWithin = TimeSpan.FromSeconds(60) });
        await gateway.Policies.ConfirmAsync(applied.Applied.Revision);
    }
}
