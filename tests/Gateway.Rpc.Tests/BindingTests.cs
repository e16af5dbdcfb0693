using Gateway.V1;
using Google.Protobuf.Reflection;
using Grpc.Health.V1;

namespace Gateway.Rpc.Tests;

public sealed class BindingTests
{
    [Fact]
    public void A_service_with_an_unbound_method_is_refused()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => new Service(binder => binder.Add(HealthMethods.Check, (HealthCheckRequest _, ServerCallContext _) => Task.FromResult(new HealthCheckResponse()))).BindMethods());
        Assert.Contains("Watch", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_handler_of_another_kind_is_refused()
    {
        InvalidOperationException error = Assert.Throws<InvalidOperationException>(
            () => new Service(binder => binder.Add(HealthMethods.Watch, (HealthCheckRequest _, ServerCallContext _) =>
                Task.FromResult(new HealthCheckResponse()))).BindMethods());
        Assert.Contains("ServerStreaming", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_method_of_another_service_is_refused() =>
        Assert.Throws<InvalidOperationException>(() => new Service(binder => binder.Add(EchoMethods.Say, (EchoRequest _, ServerCallContext _) => Task.FromResult(new EchoReply()))).BindMethods());

    [Fact]
    public void A_method_with_other_messages_is_refused()
    {
        ArgumentException error = Assert.Throws<ArgumentException>(
            () => new RpcMethod<EchoRequest, EchoReply>(HealthMethods.Service, "Check", EchoRequest.Parser, EchoReply.Parser));
        Assert.Contains("grpc.health.v1.HealthCheckRequest", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(
            () => new RpcMethod<EchoRequest, EchoReply>(EchoMethods.Service, "Nothing", EchoRequest.Parser, EchoReply.Parser));
    }

    [Fact]
    public void Every_service_of_the_gateway_binds_every_method_of_its_proto_file()
    {
        GrpcService[] services = [new Policies(), new Ports(), new Connections(), new Operators(), new Sets(), new Counters(), new TheSystem()];
        Assert.All(services, service => Assert.Equal(service.Descriptor.Methods.Count, service.BindMethods().Count));
        Assert.Equal(
            services.Select(service => service.Descriptor.FullName).Order(),
            GatewayServices().Select(service => service.FullName).Order());
    }

    private static IEnumerable<ServiceDescriptor> GatewayServices() =>
        typeof(PolicyReflection).Assembly.GetTypes()
            .Where(type => type.Namespace == "Gateway.V1" && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .SelectMany(type => ((FileDescriptor)type.GetProperty("Descriptor")!.GetValue(null)!).Services);

    private sealed class Service(Action<ServiceBinder> bind) : GrpcService
    {
        public override ServiceDescriptor Descriptor => HealthMethods.Service;

        protected override void Bind(ServiceBinder binder) => bind(binder);
    }

    private sealed class Policies : PolicyServiceBase;

    private sealed class Ports : PortServiceBase;

    private sealed class Connections : ConnectionServiceBase;

    private sealed class Operators : OperatorServiceBase;

    private sealed class Sets : SubflowSetServiceBase;

    private sealed class Counters : TelemetryServiceBase;

    private sealed class TheSystem : SystemServiceBase;
}
