namespace Gateway.Daemon.Tests.Integration;

/// <summary>Runs scripts with stubs that Python's own gRPC makes of the proto files.</summary>
internal static class PythonStubs
{
    /// <summary>The one that has the distribution's gRPC.</summary>
    public const string Python = "/usr/bin/python3";

    /// <summary>Runs a script with the socket and the directory of the stubs; it must succeed.</summary>
    public static void Run(string script, string socket)
    {
        string stubs = Directory.CreateTempSubdirectory("gwd-stubs-").FullName;
        try
        {
            Generate(stubs);
            Command.Run(Python, PathOf(script), socket, stubs);
        }
        finally
        {
            Directory.Delete(stubs, recursive: true);
        }
    }

    /// <summary>Makes the stubs in a directory.</summary>
    public static void Generate(string stubs)
    {
        string protos = Path.Combine(Root(), "protos");
        string[] files =
        [
            .. Directory.GetFiles(Path.Combine(protos, "gateway", "v1"), "*.proto"),
            .. Directory.GetFiles(Path.Combine(protos, "google", "rpc"), "*.proto"),
        ];
        Command.Run(Python, ["-m", "grpc_tools.protoc", "-I", protos, $"--python_out={stubs}", $"--grpc_python_out={stubs}", .. files]);
    }

    /// <summary>A script of the tests.</summary>
    public static string PathOf(string script) => Path.Combine(AppContext.BaseDirectory, "Integration", script);

    /// <summary>The repository.</summary>
    public static string Root()
    {
        DirectoryInfo? directory = new(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Gateway.sln")))
        {
            directory = directory.Parent;
        }

        return directory?.FullName ?? throw new InvalidOperationException("The tests run from a build inside the repository.");
    }
}
