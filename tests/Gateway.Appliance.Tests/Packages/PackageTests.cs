using System.Text.RegularExpressions;

namespace Gateway.Appliance.Tests;

/// <summary>What is in the package.</summary>
[Collection(OnePackage.Name)]
public sealed partial class PackageTests(BuiltPackage package)
{
    /// <summary>Mode, owner and path of what must be there, beside the programs themselves.</summary>
    private static readonly string[] s_files =
    [
        "-rwxr-xr-x root/root ./usr/lib/gateway/gatewayd",
        "-rwxr-xr-x root/root ./usr/lib/gateway/gatewayctl",
        "-rwxr-xr-x root/root ./usr/lib/gateway/bypass",
        "lrwxrwxrwx root/root ./usr/sbin/gatewayd -> ../lib/gateway/gatewayd",
        "lrwxrwxrwx root/root ./usr/bin/gatewayctl -> ../lib/gateway/gatewayctl",
        "-rw-r--r-- root/root ./etc/gatewayd/gatewayd.yaml",
        "-rw-r--r-- root/root ./etc/logrotate.d/emptcp-gateway",
        "-rw-r--r-- root/root ./usr/lib/systemd/system/gatewayd.service",
        "-rw-r--r-- root/root ./usr/lib/systemd/system/gatewayd-bypass.service",
        "-rw-r--r-- root/root ./usr/lib/sysusers.d/emptcp-gateway.conf",
        "-rw-r--r-- root/root ./usr/share/bash-completion/completions/gatewayctl",
        "-rw-r--r-- root/root ./usr/share/zsh/vendor-completions/_gatewayctl",
        "-rw-r--r-- root/root ./usr/share/fish/vendor_completions.d/gatewayctl.fish",
        "-rw-r--r-- root/root ./usr/share/man/man1/gatewayctl.1.gz",
        "-rw-r--r-- root/root ./usr/share/man/man5/gateway-policy.5.gz",
        "-rw-r--r-- root/root ./usr/share/man/man5/gatewayd.yaml.5.gz",
        "-rw-r--r-- root/root ./usr/share/man/man8/gatewayd.8.gz",
        "-rw-r--r-- root/root ./usr/share/doc/emptcp-gateway/copyright",
        "-rw-r--r-- root/root ./usr/share/doc/emptcp-gateway/changelog.gz",
        "-rw-r--r-- root/root ./usr/share/doc/emptcp-gateway/bill-of-materials.cdx.json",
    ];

    [Fact]
    public async Task It_holds_what_it_should_with_the_right_modes_and_nothing_that_others_could_write()
    {
        string[] listed = [.. (await Command.RunAsync("dpkg-deb", "--contents", package.Deb))
            .Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => Blanks().Split(line, 6))
            .Select(field => $"{field[0]} {field[1]} {field[5]}")];

        Assert.Empty(s_files.Except(listed));
        Assert.Empty(Expected("appliance/policies", "usr/share/emptcp-gateway/policies").Except(listed));
        Assert.Empty(Expected("bpf/include", "usr/share/emptcp-gateway/include").Except(listed));
        Assert.Empty(Expected("bpf/operators", "usr/share/doc/emptcp-gateway/operators").Except(listed));
        Assert.All(listed, line => Assert.Matches(@"^(drwxr-xr-x|-rw-r--r--|-rwxr-xr-x|lrwxrwxrwx) root/root ", line));
        Assert.DoesNotContain(listed, line => line.Contains(".pdb", StringComparison.Ordinal) || line.Contains(".Tests", StringComparison.Ordinal));
        Assert.Equal("/etc/gatewayd/gatewayd.yaml\n/etc/logrotate.d/emptcp-gateway\n", await File.ReadAllTextAsync(Path.Combine(package.Tree, "DEBIAN", "conffiles")));
    }

    [Fact]
    public async Task Its_control_file_tells_what_it_is_and_needs()
    {
        string[] wanted = ["libbpf1", "libc6", "libssl3", "libstdc++6", "iproute2", "systemd"];
        Dictionary<string, string> fields = (await File.ReadAllTextAsync(Path.Combine(package.Tree, "DEBIAN", "control")))
            .Split('\n').Where(line => line.Length > 0 && line[0] != ' ')
            .Select(line => line.Split(": ", 2)).ToDictionary(field => field[0], field => field[1]);

        Assert.Equal(("emptcp-gateway", "amd64", "net", "optional"), (fields["Package"], fields["Architecture"], fields["Section"], fields["Priority"]));
        Assert.Matches(@"^\d+\.\d+\.\d+\+git\d{14}\.[0-9a-f]{12}(\+changed)?$", fields["Version"]);
        Assert.Empty(wanted.Except(fields["Depends"].Split(", ").Select(one => one.Split(' ')[0])));
        // Every shared library of Debian that a native file asks for comes with a package it depends on.
        string[] provided = ["libc.so.6", "libm.so.6", "libdl.so.2", "libpthread.so.0", "librt.so.1", "ld-linux-x86-64.so.2", "libgcc_s.so.1", "libstdc++.so.6"];
        foreach (string native in Directory.GetFiles(Path.Combine(package.Tree, "usr/lib/gateway")).Where(f => f.EndsWith(".so", StringComparison.Ordinal)))
        {
            string dynamic = await Command.RunAsync("objdump", "-p", native);
            Assert.Empty(Needed().Matches(dynamic).Select(m => m.Groups[1].Value).Except(provided));
        }
    }

    [Fact]
    public async Task Packing_again_gives_the_same_bytes()
    {
        string again = await BuiltPackage.PackAsync("again");

        foreach (string first in new[] { package.Deb, package.Bill })
        {
            string second = Path.Combine(again, Path.GetFileName(first));
            Assert.True(File.Exists(second), $"{second} is missing");
            (int exit, string output, _) = await Command.TryAsync("cmp", first, second);
            Assert.True(exit == 0, $"{output}Compare them with diffoscope.");
        }
    }

    [Fact]
    public async Task Lintian_finds_no_error()
    {
        (int exit, string output, string errors) = await Command.TryAsync("lintian", "--fail-on", "error", "--no-tag-display-limit", package.Deb);

        Assert.True(exit == 0, $"{output}\n{errors}");
    }

    [Fact]
    public async Task Its_manual_pages_and_completions_are_readable()
    {
        foreach (string page in Directory.GetFiles(Path.Combine(package.Tree, "usr/share/man"), "*.gz", SearchOption.AllDirectories))
        {
            (int exit, _, string errors) = await Command.TryAsync("sh", "-c", $"gzip -dc '{page}' | groff -man -Tutf8 -ww");
            Assert.True(exit == 0 && errors.Length == 0, $"{page}: {errors}");
            // What apropos(1) shows.
            Assert.Contains($"{Path.GetFileName(page)[..^5]} - ", await Command.RunAsync("lexgrog", page), StringComparison.Ordinal);
        }

        await Command.RunAsync("bash", "-n", Path.Combine(package.Tree, "usr/share/bash-completion/completions/gatewayctl"));
    }

    [Fact]
    public async Task An_operator_compiles_against_its_headers()
    {
        foreach (string source in Directory.GetFiles(Path.Combine(package.Tree, "usr/share/doc/emptcp-gateway/operators"), "*.c"))
        {
            await Command.RunAsync(
                "clang", "-g", "-O2", "-target", "bpf", "-mcpu=v3", "-Werror", "-I", Path.Combine(package.Tree, "usr/share/emptcp-gateway/include"),
                "-I", "/usr/include/x86_64-linux-gnu", "-c", source, "-o", "/dev/null");
        }
    }

    private static IEnumerable<string> Expected(string from, string to)
    {
        string source = Path.Combine(BuiltPackage.Root, from);
        string[] files = Directory.GetFiles(source, "*", SearchOption.AllDirectories);
        Assert.NotEmpty(files);
        return files.Select(file => $"-rw-r--r-- root/root ./{to}/{Path.GetRelativePath(source, file)}");
    }

    [GeneratedRegex(" +")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"NEEDED +(\S+)")]
    private static partial Regex Needed();
}
