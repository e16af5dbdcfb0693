using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;

namespace Gateway.Appliance.Tests;

/// <summary>The bill of materials: CycloneDX 1.5, and nothing shipped that it does not list.</summary>
[Collection(OnePackage.Name)]
public sealed class BillTests(BuiltPackage package)
{
    private static readonly string[] s_types = ["application", "framework", "library", "firmware"];

    [Fact]
    public async Task It_is_what_the_specification_asks_for()
    {
        using JsonDocument document = await ReadAsync();
        JsonElement bill = document.RootElement;
        JsonElement[] components = [.. bill.GetProperty("components").EnumerateArray()];
        string[] references = [.. components.Select(c => Text(c, "bom-ref"))];

        Assert.Equal(("CycloneDX", "1.5", 1), (Text(bill, "bomFormat"), Text(bill, "specVersion"), bill.GetProperty("version").GetInt32()));
        Assert.True(DateTimeOffset.TryParse(
            Text(bill.GetProperty("metadata"), "timestamp"), CultureInfo.InvariantCulture, DateTimeStyles.None, out _));
        Assert.All(components, c => Assert.Contains(Text(c, "type"), s_types));
        Assert.All(components, c => Assert.False(string.IsNullOrWhiteSpace(Text(c, "name"))));
        Assert.Equal(references.Length, references.Distinct().Count());
        Assert.All(
            components.Where(c => c.TryGetProperty("purl", out _)),
            c => Assert.Matches(@"^pkg:(nuget/[^@]+@[0-9][^@]*|deb/debian/[a-z0-9.+-]+)$", Text(c, "purl")));
        foreach (JsonElement hash in components.Where(c => c.TryGetProperty("hashes", out _)).SelectMany(c => c.GetProperty("hashes").EnumerateArray()))
        {
            int digits = Text(hash, "alg") == "SHA-512" ? 128 : 64;
            Assert.Matches($"^[0-9a-f]{{{digits}}}$", Text(hash, "content"));
        }

        JsonElement tree = Assert.Single(bill.GetProperty("dependencies").EnumerateArray());
        Assert.Equal(Text(bill.GetProperty("metadata").GetProperty("component"), "bom-ref"), Text(tree, "ref"));
        Assert.Equal(references.Order(), tree.GetProperty("dependsOn").EnumerateArray().Select(r => r.GetString()!).Order());
        Assert.Equal(
            await File.ReadAllBytesAsync(package.Bill),
            await File.ReadAllBytesAsync(Path.Combine(package.Tree, "usr/share/doc/emptcp-gateway/bill-of-materials.cdx.json")));
    }

    [Fact]
    public async Task It_lists_every_library_packet_program_and_dependency_that_is_shipped()
    {
        using JsonDocument bill = await ReadAsync();
        Dictionary<string, JsonElement> byReference = bill.RootElement.GetProperty("components").EnumerateArray().ToDictionary(c => Text(c, "bom-ref"));
        HashSet<string> owned = [];
        foreach (string dependencies in Directory.GetFiles(Path.Combine(package.Tree, "usr/lib/gateway"), "*.deps.json"))
        {
            using JsonDocument listed = JsonDocument.Parse(await File.ReadAllBytesAsync(dependencies));
            foreach (JsonProperty library in listed.RootElement.GetProperty("targets").EnumerateObject().SelectMany(t => t.Value.EnumerateObject()))
            {
                string[] files = [.. new[] { "runtime", "native" }
                    .Where(kind => library.Value.TryGetProperty(kind, out _))
                    .SelectMany(kind => library.Value.GetProperty(kind).EnumerateObject().Select(f => Path.GetFileName(f.Name)))];
                string name = library.Name.StartsWith("runtimepack.", StringComparison.Ordinal) ? library.Name["runtimepack.".Length..] : library.Name;
                bool ours = listed.RootElement.GetProperty("libraries").GetProperty(library.Name).GetProperty("type").GetString() == "project";
                if (files.Length > 0 && !ours)
                {
                    string reference = $"pkg:nuget/{name.Replace('/', '@')}";
                    Assert.True(byReference.ContainsKey(reference), $"{reference} ships {string.Join(' ', files)} and is not in the bill");
                    Assert.True(byReference[reference].TryGetProperty("licenses", out _), $"{reference} has no licence in the bill");
                }

                owned.UnionWith(files);
            }
        }

        // What no library owns is the programs' own, by name.
        string[] own = ["gatewayd", "gatewayctl", "bypass"];
        Assert.DoesNotContain(
            Directory.GetFiles(Path.Combine(package.Tree, "usr/lib/gateway")).Select(Path.GetFileName),
            f => !owned.Contains(f!) && !own.Contains(f!.Split('.')[0]));

        byte[] programs = await File.ReadAllBytesAsync(Path.Combine(package.Tree, "usr/lib/gateway/Gateway.DataPlane.dll"));
        string objects = Path.Combine(BuiltPackage.Programs, "bpf");
        Assert.Equal(
            Directory.GetFiles(Path.Combine(BuiltPackage.Root, "bpf"), "*.bpf.c", SearchOption.AllDirectories).Length, Directory.GetFiles(objects).Length);
        foreach (string file in Directory.GetFiles(objects))
        {
            byte[] bytes = await File.ReadAllBytesAsync(file);
            JsonElement component = byReference[$"bpf:{Path.GetFileName(file)}"];
            Assert.Equal(Convert.ToHexStringLower(SHA256.HashData(bytes)), Text(component.GetProperty("hashes")[0], "content"));
            Assert.True(programs.AsSpan().IndexOf(bytes) >= 0, $"the {Path.GetFileName(file)} of the bill is not the one inside Gateway.DataPlane.dll");
        }

        string control = await File.ReadAllTextAsync(Path.Combine(package.Tree, "DEBIAN", "control"));
        string depends = control.Split('\n').Single(line => line.StartsWith("Depends: ", StringComparison.Ordinal))["Depends: ".Length..];
        Assert.All(depends.Split(", "), one => Assert.True(byReference.ContainsKey($"pkg:deb/debian/{one.Split(' ')[0]}"), one));
    }

    private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;

    private async Task<JsonDocument> ReadAsync() => JsonDocument.Parse(await File.ReadAllBytesAsync(package.Bill));
}
