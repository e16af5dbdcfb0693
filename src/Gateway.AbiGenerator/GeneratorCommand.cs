using System.CommandLine;
using System.Text;

namespace Gateway.AbiGenerator;

/// <summary>The command line: reads objects, writes or checks the generated files.</summary>
internal static class GeneratorCommand
{
    internal const int Done = 0;
    internal const int Stale = 1;
    internal const int BadInput = 2;

    /// <summary>Runs the tool. 0: done or up to date; 1: --check found a stale file; 2: bad input.</summary>
    internal static int Run(string[] args, TextWriter output, TextWriter errors)
    {
        var objects = new Option<string[]>("--object")
        {
            Description = "An eBPF object with BTF (clang -g); may be repeated, the order does not matter.",
            Required = true,
        };
        var root = new Option<string?>("--root")
        {
            Description = "Take only what this structure contains or points to (itself left out), such as gw_abi; without it every gw_ type.",
        };
        var csharp = new Option<string?>("--csharp") { Description = "The C# file to write." };
        var proto = new Option<string?>("--proto") { Description = "The .proto file to write." };
        var protoEnums = new Option<string[]>("--proto-enum")
        {
            Description = "An enumeration for the .proto file, such as gw_reason; may be repeated.",
        };
        var publicEnums = new Option<bool>("--public") { Description = "Make the C# enumerations public." };
        var check = new Option<bool>("--check") { Description = "Write nothing; fail when a file is not what would be written." };
        var command = new RootCommand("Mirrors the types shared with the packet programs in C# and protobuf, from the objects' BTF.")
        {
            objects, root, csharp, proto, protoEnums, publicEnums, check,
        };
        command.SetAction(result =>
        {
            try
            {
                AbiTypes types = Read(result.GetValue(objects)!, result.GetValue(root));
                var files = new List<(string Path, string Text)>();
                if (result.GetValue(csharp) is string csharpPath)
                {
                    files.Add((csharpPath, CSharpFile.Write(types, result.GetValue(publicEnums))));
                }

                if (result.GetValue(proto) is string protoPath)
                {
                    files.Add((protoPath, ProtoFile.Write(types, result.GetValue(protoEnums) ?? [])));
                }

                return result.GetValue(check) ? Check(files, errors) : Write(files, output);
            }
            catch (Exception failure) when (failure is AbiException or IOException or UnauthorizedAccessException or InvalidDataException)
            {
                errors.WriteLine($"error: {failure.Message}");
                return BadInput;
            }
        });
        ParseResult parsed = command.Parse(args);
        int code = parsed.Invoke(new InvocationConfiguration { Output = output, Error = errors });
        return parsed.Errors.Count > 0 ? BadInput : code;
    }

    private static AbiTypes Read(string[] objects, string? root)
    {
        var types = new AbiTypes();
        foreach (string path in objects)
        {
            byte[] elf = File.ReadAllBytes(path);
            try
            {
                types.Add(path, elf, root);
            }
            catch (InvalidDataException malformed)
            {
                throw new AbiException($"{path}: {malformed.Message}");
            }
        }

        return types;
    }

    private static int Check(List<(string Path, string Text)> files, TextWriter errors)
    {
        int code = Done;
        foreach ((string path, string text) in files)
        {
            if (!IsCurrent(path, text))
            {
                errors.WriteLine(
                    $"{path} is stale: run dotnet build -t:GenerateAbi src/Gateway.DataPlane/Gateway.DataPlane.csproj and commit the result.");
                code = Stale;
            }
        }

        return code;
    }

    private static int Write(List<(string Path, string Text)> files, TextWriter output)
    {
        foreach ((string path, string text) in files)
        {
            if (IsCurrent(path, text))
            {
                continue;
            }

            // A file appears whole or not at all, and keeps its time stamp when nothing changed.
            string temporary = path + ".new";
            File.WriteAllText(temporary, text, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false));
            File.Move(temporary, path, overwrite: true);
            output.WriteLine($"wrote {path}");
        }

        return Done;
    }

    private static bool IsCurrent(string path, string text) => File.Exists(path) && File.ReadAllText(path) == text;
}
