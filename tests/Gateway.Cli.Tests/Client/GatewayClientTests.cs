using Gateway.Client;
using Gateway.Rpc;
using Gateway.V1;

namespace Gateway.Cli.Tests;

public sealed class GatewayClientTests
{
    [Fact]
    public async Task A_fluent_policy_arrives_as_it_was_written()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        using GatewayClient client = GatewayClient.Connect(gateway.Socket);
        Policy policy = PolicyChain.Named("c").Select(s => s.Port(443)).Do(a => a.Count()).ToPolicy("p");

        ApplyPolicyResponse response = await client.Policies.ApplyAsync(policy, expectedRevision: 7);
        await client.Policies.ValidateAsync(policy);

        Assert.Equal(7ul, response.Applied.Revision);
        Assert.Equal(policy, gateway.Policies.LastApply!.Source.Policy);
        Assert.Equal(policy, gateway.Policies.LastValidate!.Source.Policy);
    }

    [Fact]
    public async Task A_refused_policy_is_an_exception_with_all_its_errors()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        using GatewayClient client = GatewayClient.Connect(gateway.Socket);
        gateway.Policies.Errors.Add(new PolicyError { Path = "name", Message = "The name is empty.", Hint = "Give it one." });

        PolicyRejectedException rejected = await Assert.ThrowsAsync<PolicyRejectedException>(() => client.Policies.ApplyAsync(new Policy()));

        Assert.Equal(gateway.Policies.Errors, rejected.Errors);
        Assert.Equal("the policy has errors", rejected.Message);
        RpcException cause = Assert.IsType<RpcException>(rejected.InnerException);
        Assert.Equal("name", Assert.Single(cause.GetFieldViolations()).Field);
    }

    [Fact]
    public async Task Other_refusals_keep_their_status()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        using GatewayClient client = GatewayClient.Connect(gateway.Socket);

        RpcException refused = await Assert.ThrowsAsync<RpcException>(() => client.Policies.ApplyAsync("name: p", expectedRevision: 6));

        Assert.Equal(StatusCode.FailedPrecondition, refused.StatusCode);
        Assert.Empty(refused.GetFieldViolations());
    }

    [Fact]
    public async Task A_cancelled_watch_ends_with_an_OperationCanceledException()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        using GatewayClient client = GatewayClient.Connect(gateway.Socket);
        using CancellationTokenSource cancellation = new();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () =>
        {
            await foreach (ConnectionUpdate update in client.Connections.WatchAsync(cancellation.Token))
            {
                if (update.Kind == ConnectionUpdate.Types.Kind.Closed)
                {
                    await cancellation.CancelAsync();
                }
            }
        });
        await gateway.Connections.WatchCancelled.Task.WaitAsync(Gatewayctl.Patience);
    }

    [Fact]
    public async Task Leaving_a_watch_ends_it_on_the_daemon()
    {
        await using CannedGateway gateway = await CannedGateway.StartAsync();
        using GatewayClient client = GatewayClient.Connect(gateway.Socket);

        await foreach (ConnectionUpdate update in client.Connections.WatchAsync())
        {
            Assert.Equal(ConnectionUpdate.Types.Kind.Present, update.Kind);
            break;
        }

        await gateway.Connections.WatchCancelled.Task.WaitAsync(Gatewayctl.Patience);
    }
}
