using Google.Protobuf.Reflection;

namespace Gateway.Rpc.Tests;

/// <summary>What clients of an API rely on, a line each: methods, fields with number and type, values of enums.</summary>
internal static class ApiText
{
    internal static IReadOnlyList<string> Of(IEnumerable<FileDescriptor> files)
    {
        List<string> lines = [];
        foreach (FileDescriptor file in files)
        {
            lines.AddRange(file.Services.SelectMany(service => service.Methods).Select(method =>
                $"rpc {method.FullName}({Stream(method.IsClientStreaming)}{method.InputType.FullName}) "
                + $"returns ({Stream(method.IsServerStreaming)}{method.OutputType.FullName})"));
            file.EnumTypes.ToList().ForEach(type => Add(lines, type));
            file.MessageTypes.ToList().ForEach(type => Add(lines, type));
        }

        lines.Sort(StringComparer.Ordinal);
        return lines;
    }

    /// <summary>What is gone, or is not what it was.</summary>
    internal static IReadOnlyList<string> Broken(IEnumerable<string> before, IReadOnlyCollection<string> now) => [.. before.Except(now)];

    /// <summary>What has a length of its own is never packed, whatever the file's default says.</summary>
    private static bool IsPacked(FieldDescriptor field) =>
        field.IsPacked && field.FieldType is not (FieldType.String or FieldType.Bytes or FieldType.Message or FieldType.Group);

    private static string Stream(bool stream) => stream ? "stream " : "";

    private static void Add(List<string> lines, EnumDescriptor type) =>
        lines.AddRange(type.Values.Select(value => $"enum {type.FullName}.{value.Name} = {value.Number}"));

    private static void Add(List<string> lines, MessageDescriptor message)
    {
        lines.Add($"message {message.FullName}");
        foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
        {
            string label = field.IsMap ? "map " : field.IsRepeated ? IsPacked(field) ? "repeated packed " : "repeated " : "";
            string type = field.FieldType switch
            {
                FieldType.Message or FieldType.Group => field.MessageType.FullName,
                FieldType.Enum => field.EnumType.FullName,
                _ => field.FieldType.ToString().ToLowerInvariant(),
            };
            string oneof = field.RealContainingOneof is { } of ? $" oneof {of.Name}" : "";
            lines.Add($"field {message.FullName}.{field.Name} = {field.FieldNumber} {label}{type}{oneof}");
        }

        message.EnumTypes.ToList().ForEach(type => Add(lines, type));
        message.NestedTypes.ToList().ForEach(type => Add(lines, type));
    }
}
