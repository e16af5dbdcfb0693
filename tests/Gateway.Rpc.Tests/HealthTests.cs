using Grpc.Health.V1;
using ServingStatus = Grpc.Health.V1.HealthCheckResponse.Types.ServingStatus;

namespace Gateway.Rpc.Tests;

public sealed class HealthTests : IAsyncLifetime
{
    private TestServer _server = null!;

    public async Task InitializeAsync() => _server = await TestServer.StartAsync();

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task A_check_tells_the_status_that_was_set()
    {
        RpcException error = await Assert.ThrowsAsync<RpcException>(
            () => _server.Channel.UnaryAsync(HealthMethods.Check, new HealthCheckRequest()));
        Assert.Equal(StatusCode.NotFound, error.StatusCode);
        _server.Health.SetStatus("", ServingStatus.Serving);
        Assert.Equal(ServingStatus.Serving, (await _server.Channel.UnaryAsync(HealthMethods.Check, new HealthCheckRequest())).Status);
    }

    [Fact]
    public async Task A_watch_tells_every_change()
    {
        using RpcCall<HealthCheckRequest, HealthCheckResponse> watch =
            _server.Channel.Start(HealthMethods.Watch, new HealthCheckRequest { Service = "gateway.v1.PolicyService" });
        await ExpectAsync(ServingStatus.ServiceUnknown);
        _server.Health.SetStatus("gateway.v1.PolicyService", ServingStatus.NotServing);
        await ExpectAsync(ServingStatus.NotServing);
        _server.Health.SetStatus("another", ServingStatus.Serving);
        _server.Health.SetStatus("gateway.v1.PolicyService", ServingStatus.Serving);
        await ExpectAsync(ServingStatus.Serving);
        _server.Health.ClearStatus("gateway.v1.PolicyService");
        await ExpectAsync(ServingStatus.ServiceUnknown);

        async Task ExpectAsync(ServingStatus status)
        {
            Assert.True(await watch.ResponseStream.MoveNext());
            Assert.Equal(status, watch.ResponseStream.Current.Status);
        }
    }
}
