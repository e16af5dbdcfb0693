using System.Diagnostics;

namespace Gateway.Rpc.Tests;

/// <summary>gRPC's own JavaScript client, from npm, for every test that wants it.</summary>
internal static class NodeModules
{
    /// <summary>Installs it unless it is there.</summary>
    /// <param name="root">The repository.</param>
    /// <returns>The directory of its package.json.</returns>
    internal static async Task<string> InstallAsync(string root)
    {
        string modules = Directory.CreateDirectory(Path.Combine(root, "out", "rpc-interop")).FullName;
        string grpc = Path.Combine(modules, "node_modules", "@grpc");
        if (Directory.Exists(Path.Combine(grpc, "grpc-js")) && Directory.Exists(Path.Combine(grpc, "proto-loader")))
        {
            return modules;
        }

        await File.WriteAllTextAsync(Path.Combine(modules, "package.json"), """{ "private": true }""");
        ProcessStartInfo start = new("npm", ["install", "--no-audit", "--no-fund", "@grpc/grpc-js@1", "@grpc/proto-loader@0"])
        {
            WorkingDirectory = modules,
            RedirectStandardError = true,
        };
        using Process npm = Process.Start(start)!;
        string errors = await npm.StandardError.ReadToEndAsync();
        await npm.WaitForExitAsync();
        return npm.ExitCode == 0 ? modules : throw new InvalidOperationException($"npm install: {npm.ExitCode}\n{errors}");
    }
}
