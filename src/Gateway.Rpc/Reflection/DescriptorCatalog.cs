using Google.Protobuf.Reflection;
using Grpc.Reflection.V1;
using RequestCase = Grpc.Reflection.V1.ServerReflectionRequest.MessageRequestOneofCase;

namespace Gateway.Rpc;

/// <summary>The proto files behind the services of a server, found by file name, symbol or extension.</summary>
internal sealed class DescriptorCatalog
{
    private readonly IReadOnlyList<ServiceDescriptor> _services;
    private readonly Dictionary<string, FileDescriptor> _files = [];
    private readonly Dictionary<string, FileDescriptor> _symbols = [];
    private readonly Dictionary<string, SortedDictionary<int, FileDescriptor>> _extensions = [];

    internal DescriptorCatalog(IReadOnlyList<ServiceDescriptor> services)
    {
        _services = services;
        foreach (ServiceDescriptor service in services)
        {
            AddFile(service.File);
        }
    }

    internal ServerReflectionResponse Answer(ServerReflectionRequest request)
    {
        ServerReflectionResponse response = new() { ValidHost = request.Host, OriginalRequest = request };
        switch (request.MessageRequestCase)
        {
            case RequestCase.ListServices:
                response.ListServicesResponse = new ListServiceResponse();
                response.ListServicesResponse.Service.AddRange(
                    _services.Select(service => new ServiceResponse { Name = service.FullName }));
                break;
            case RequestCase.FileByFilename:
                Answer(response, _files.GetValueOrDefault(request.FileByFilename), $"file '{request.FileByFilename}'");
                break;
            case RequestCase.FileContainingSymbol:
                Answer(response, _symbols.GetValueOrDefault(request.FileContainingSymbol), $"symbol '{request.FileContainingSymbol}'");
                break;
            case RequestCase.FileContainingExtension:
                ExtensionRequest extension = request.FileContainingExtension;
                Answer(
                    response,
                    _extensions.GetValueOrDefault(extension.ContainingType)?.GetValueOrDefault(extension.ExtensionNumber),
                    $"extension {extension.ExtensionNumber} of '{extension.ContainingType}'");
                break;
            case RequestCase.AllExtensionNumbersOfType:
                AnswerExtensions(response, request.AllExtensionNumbersOfType);
                break;
            default:
                response.ErrorResponse = new ErrorResponse
                {
                    ErrorCode = (int)StatusCode.InvalidArgument,
                    ErrorMessage = "the request asks for nothing: set one field of message_request",
                };
                break;
        }

        return response;
    }

    private static void Answer(ServerReflectionResponse response, FileDescriptor? file, string what)
    {
        if (file is null)
        {
            NotFound(response, what);
            return;
        }

        response.FileDescriptorResponse = new FileDescriptorResponse();
        HashSet<string> sent = [];
        AddWithDependencies(file);

        void AddWithDependencies(FileDescriptor next)
        {
            if (sent.Add(next.Name))
            {
                response.FileDescriptorResponse.FileDescriptorProto.Add(next.SerializedData);
                foreach (FileDescriptor dependency in next.Dependencies)
                {
                    AddWithDependencies(dependency);
                }
            }
        }
    }

    private static void NotFound(ServerReflectionResponse response, string what) =>
        response.ErrorResponse = new ErrorResponse
        {
            ErrorCode = (int)StatusCode.NotFound,
            ErrorMessage = $"this server has no {what}",
        };

    private void AnswerExtensions(ServerReflectionResponse response, string type)
    {
        if (!_symbols.ContainsKey(type))
        {
            NotFound(response, $"type '{type}'");
            return;
        }

        response.AllExtensionNumbersResponse = new ExtensionNumberResponse { BaseTypeName = type };
        if (_extensions.TryGetValue(type, out SortedDictionary<int, FileDescriptor>? numbers))
        {
            response.AllExtensionNumbersResponse.ExtensionNumber.AddRange(numbers.Keys);
        }
    }

    private void AddFile(FileDescriptor file)
    {
        if (!_files.TryAdd(file.Name, file))
        {
            return;
        }

        foreach (ServiceDescriptor service in file.Services)
        {
            _symbols[service.FullName] = file;
            foreach (MethodDescriptor method in service.Methods)
            {
                _symbols[method.FullName] = file;
            }
        }

        foreach (MessageDescriptor message in file.MessageTypes)
        {
            AddMessage(message);
        }

        foreach (EnumDescriptor enumeration in file.EnumTypes)
        {
            AddEnum(enumeration);
        }

        AddExtensions(file.Extensions, file);
        foreach (FileDescriptor dependency in file.Dependencies)
        {
            AddFile(dependency);
        }
    }

    private void AddMessage(MessageDescriptor message)
    {
        _symbols[message.FullName] = message.File;
        foreach (FieldDescriptor field in message.Fields.InDeclarationOrder())
        {
            _symbols[field.FullName] = message.File;
        }

        foreach (OneofDescriptor oneof in message.Oneofs)
        {
            _symbols[oneof.FullName] = message.File;
        }

        foreach (MessageDescriptor nested in message.NestedTypes)
        {
            AddMessage(nested);
        }

        foreach (EnumDescriptor enumeration in message.EnumTypes)
        {
            AddEnum(enumeration);
        }

        AddExtensions(message.Extensions, message.File);
    }

    private void AddEnum(EnumDescriptor enumeration)
    {
        _symbols[enumeration.FullName] = enumeration.File;
        foreach (EnumValueDescriptor value in enumeration.Values)
        {
            _symbols[value.FullName] = enumeration.File;
        }
    }

    private void AddExtensions(ExtensionCollection extensions, FileDescriptor file)
    {
        foreach (FieldDescriptor extension in extensions.UnorderedExtensions)
        {
            _symbols[extension.FullName] = file;
            string type = extension.ExtendeeType.FullName;
            if (!_extensions.TryGetValue(type, out SortedDictionary<int, FileDescriptor>? numbers))
            {
                _extensions[type] = numbers = [];
            }

            numbers[extension.FieldNumber] = file;
        }
    }
}
