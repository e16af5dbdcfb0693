using Google.Protobuf.Reflection;

namespace Gateway.Rpc.Tests;

internal static class EchoMethods
{
    internal static readonly ServiceDescriptor Service = EchoReflection.Descriptor.FindTypeByName<ServiceDescriptor>("Echo");

    internal static readonly RpcMethod<EchoRequest, EchoReply> Say = new(Service, "Say", EchoRequest.Parser, EchoReply.Parser);
    internal static readonly RpcMethod<RepeatRequest, EchoReply> Repeat = new(Service, "Repeat", RepeatRequest.Parser, EchoReply.Parser);
    internal static readonly RpcMethod<EchoRequest, EchoReply> Join = new(Service, "Join", EchoRequest.Parser, EchoReply.Parser);
    internal static readonly RpcMethod<EchoRequest, EchoReply> Chat = new(Service, "Chat", EchoRequest.Parser, EchoReply.Parser);
    internal static readonly RpcMethod<WaitRequest, EchoReply> Wait = new(Service, "Wait", WaitRequest.Parser, EchoReply.Parser);
    internal static readonly RpcMethod<WaitRequest, EchoReply> WaitStream = new(Service, "WaitStream", WaitRequest.Parser, EchoReply.Parser);
    internal static readonly RpcMethod<EchoRequest, EchoReply> Fail = new(Service, "Fail", EchoRequest.Parser, EchoReply.Parser);
    internal static readonly RpcMethod<EchoRequest, EchoReply> Crash = new(Service, "Crash", EchoRequest.Parser, EchoReply.Parser);
    internal static readonly RpcMethod<EchoRequest, InspectReply> Inspect = new(Service, "Inspect", EchoRequest.Parser, InspectReply.Parser);
    internal static readonly RpcMethod<WaitRequest, CancelledReply> Cancelled = new(Service, "Cancelled", WaitRequest.Parser, CancelledReply.Parser);
}
