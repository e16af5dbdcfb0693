using System.Reflection;
using Gateway.V1;
using Google.Protobuf;
using Google.Protobuf.Reflection;

namespace Gateway.Rpc.Tests;

/// <summary>
/// Old clients go on working: what tests/Data/api/gateway.v1.txt lists stays as it is. What is added may be, and is protected
/// once it stands in the file: GATEWAY_RECORD_API=1 dotnet test --filter ApiCompatibilityTests writes it.
/// </summary>
public sealed class ApiCompatibilityTests
{
    private static string Baseline => Path.Combine(InteropClients.FindRoot(), "tests", "Data", "api", "gateway.v1.txt");

    [Fact]
    public void Nothing_that_clients_rely_on_is_gone_or_changed()
    {
        IReadOnlyList<string> now = ApiText.Of(Files());
        if (Environment.GetEnvironmentVariable("GATEWAY_RECORD_API") == "1")
        {
            File.WriteAllLines(Baseline, now);
        }

        string[] before = File.ReadAllLines(Baseline);
        Assert.True(before.Length > 300, "The list of what clients rely on is cut off.");
        IReadOnlyList<string> broken = ApiText.Broken(before, now);
        Assert.True(
            broken.Count == 0,
            $"Clients of gateway.v1 that rely on these would break; keep them, and add beside them:\n{string.Join('\n', broken)}");
    }

    [Fact]
    public void Every_breaking_change_is_found_and_additions_are_none()
    {
        FileDescriptorProto original = PortReflection.Descriptor.ToProto();
        (string Expected, Action<FileDescriptorProto> Change)[] changes =
        [
            ("field gateway.v1.AttachPortRequest.nic", file => Message(file, "AttachPortRequest").Field.RemoveAt(0)),
            ("field gateway.v1.AttachPortRequest.nic", file => Message(file, "AttachPortRequest").Field[0].Number = 9),
            ("field gateway.v1.AttachPortRequest.nic", file => Message(file, "AttachPortRequest").Field[0].Name = "interface"),
            ("field gateway.v1.AttachPortRequest.nic", file => Message(file, "AttachPortRequest").Field[0].Type = FieldDescriptorProto.Types.Type.Bytes),
            ("field gateway.v1.AttachPortRequest.nic", file => Message(file, "AttachPortRequest").Field[0].Label = FieldDescriptorProto.Types.Label.Repeated),
            ("enum gateway.v1.LinkState.LINK_STATE_GONE", file => file.EnumType.Single(type => type.Name == "LinkState").Value[3].Number = 7),
            ("rpc gateway.v1.PortService.List(", file => file.Service[0].Method.RemoveAt(2)),
            ("rpc gateway.v1.PortService.List(", file => file.Service[0].Method[2].ServerStreaming = true),
            ("", file => Message(file, "AttachPortRequest").Field.Add(new FieldDescriptorProto
            {
                Name = "added", Number = 99, Type = FieldDescriptorProto.Types.Type.String, Label = FieldDescriptorProto.Types.Label.Optional,
            })),
        ];
        IReadOnlyList<string> before = ApiText.Of([PortReflection.Descriptor]);
        Assert.All(changes, change =>
        {
            FileDescriptorProto changed = original.Clone();
            change.Change(changed);
            IReadOnlyList<string> broken = ApiText.Broken(before, ApiText.Of(FileDescriptor.BuildFromByteStrings([changed.ToByteString()])));
            if (change.Expected.Length == 0)
            {
                Assert.Empty(broken);
            }
            else
            {
                Assert.StartsWith(change.Expected, Assert.Single(broken), StringComparison.Ordinal);
            }
        });
    }

    private static DescriptorProto Message(FileDescriptorProto file, string name) => file.MessageType.Single(type => type.Name == name);

    private static IEnumerable<FileDescriptor> Files() => typeof(PolicyReflection).Assembly.GetTypes()
        .Where(type => type.Namespace == "Gateway.V1" && type.Name.EndsWith("Reflection", StringComparison.Ordinal))
        .Select(type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
        .OfType<FileDescriptor>();
}
