using System.Runtime.Versioning;
using System.Text.Json;
using Gateway.Daemon.Auditing;
using Gateway.V1;
using Google.Protobuf;

namespace Gateway.Daemon.Tests.Auditing;

public sealed class AuditTests : IDisposable
{
    private static readonly DateTimeOffset s_time = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);

    private readonly string _directory = Directory.CreateTempSubdirectory("gwd-audit-").FullName;

    private string Log => Path.Combine(_directory, "audit.jsonl");

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    [SupportedOSPlatform("linux")]
    public void Entries_are_appended_whatever_becomes_of_the_file()
    {
        var file = new AuditFile(Log);
        file.Append("one\n"u8);
        file.Append("two\n"u8);
        Assert.Equal("one\ntwo\n", File.ReadAllText(Log));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Log) & ~UnixFileMode.GroupRead);

        // As logrotate(8) does it.
        File.Move(Log, Log + ".1");
        file.Append("three\n"u8);
        Assert.Equal("one\ntwo\n", File.ReadAllText(Log + ".1"));
        Assert.Equal("three\n", File.ReadAllText(Log));

        // What was cut off by a power loss.
        File.AppendAllText(Log, "{\"half");
        file.Append("four\n"u8);
        Assert.Equal("three\n{\"half\nfour\n", File.ReadAllText(Log));

        File.Delete(Log);
        Directory.CreateDirectory(Log);
        Assert.Throws<IOException>(() => file.Append("five\n"u8));
    }

    [Fact]
    public void An_entry_is_one_line_of_json_whatever_a_caller_writes()
    {
        byte[] line = new AuditEntry(s_time, "begun")
        {
            Call = "1",
            Method = "m",
            Caller = "evil\n{\"event\":\"x\"}",
            Role = "viewer",
            Request = new DetachPortRequest { Nic = "a\"\nb" },
            Lost = 3,
        }.ToLine();

        Assert.Equal((byte)'\n', line[^1]);
        Assert.Equal(1, line.Count(b => b == '\n'));
        using JsonDocument json = JsonDocument.Parse(line);
        Assert.Equal("2026-01-02T03:04:05.000000Z", json.RootElement.GetProperty("time").GetString());
        Assert.Equal("evil\n{\"event\":\"x\"}", json.RootElement.GetProperty("caller").GetString());
        Assert.Equal("a\"\nb", json.RootElement.GetProperty("request").GetProperty("nic").GetString());
        Assert.Equal(3, json.RootElement.GetProperty("lost").GetInt64());
        Assert.False(json.RootElement.TryGetProperty("unwritten", out _));
    }

    [Fact]
    public void Requests_are_told_by_what_is_set_and_long_ones_by_their_hash()
    {
        Assert.Equal(
            $$$"""{"source":{"yaml":{"bytes":300,"sha256":"{{{Sha(new string('x', 300))}}}"}},"expected_revision":7,"dry_run":true,"author":"alice"}""",
            Text(new ApplyPolicyRequest { Source = new PolicySource { Yaml = new string('x', 300) }, ExpectedRevision = 7, DryRun = true, Author = "alice" }));
        Assert.Equal(
            $$$"""{"name":"op","object":{"bytes":3,"sha256":"{{{Sha("abc")}}}"}}""",
            Text(new LoadOperatorRequest { Name = "op", Object = ByteString.CopyFromUtf8("abc") }));
        Assert.Equal("""{"nic":"eth0","mode":"PORT_MODE_WIRE"}""", Text(new AttachPortRequest { Nic = "eth0", Mode = PortMode.Wire }));
        Assert.Equal("{}", Text(new CleanUpRequest()));
    }

    private static string Sha(string text) =>
        Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text)));

    private static string Text(IMessage request)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            RequestText.Write(json, request);
        }

        return System.Text.Encoding.UTF8.GetString(buffer.ToArray());
    }
}
