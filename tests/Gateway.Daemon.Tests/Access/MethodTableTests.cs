using System.Reflection;
using Gateway.Daemon.Access;
using Gateway.V1;
using Google.Protobuf.Reflection;

namespace Gateway.Daemon.Tests.Access;

public sealed class MethodTableTests
{
    [Fact]
    public void Every_method_of_every_service_has_a_role_and_nothing_else_has()
    {
        IEnumerable<FileDescriptor> files = typeof(PolicyMethods).Assembly.GetTypes()
            .Where(type => type.Name.EndsWith("Reflection", StringComparison.Ordinal))
            .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
            .OfType<FileDescriptor>();
        string[] declared = [.. files.SelectMany(file => file.Services).SelectMany(service => service.Methods).Select(m => $"/{m.Service.FullName}/{m.Name}").Order()];

        Assert.True(declared.Length > 20);
        Assert.Equal(declared, MethodTable.All.Keys.Order());
    }

    [Fact]
    public void What_changes_something_takes_more_than_a_viewer()
    {
        Assert.All(MethodTable.All, method => Assert.Equal(method.Value.Role > Role.Viewer, method.Value.Changes));
        Assert.Equal(new MethodAccess(Role.Admin, Changes: true), MethodTable.Of("/gateway.v1.PolicyService/Unheard"));
        Assert.Equal(Role.Operator, MethodTable.Of(PolicyMethods.Apply.FullName).Role);
        Assert.Equal(Role.Admin, MethodTable.Of(SystemMethods.CleanUp.FullName).Role);
    }
}
