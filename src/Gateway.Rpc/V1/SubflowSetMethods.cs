using Gateway.Rpc;
using Google.Protobuf.Reflection;

namespace Gateway.V1;

/// <summary>The methods of gateway.v1.SubflowSetService, for its server and its clients.</summary>
public static class SubflowSetMethods
{
    /// <summary>The service.</summary>
    public static ServiceDescriptor Service { get; } = SubflowSetReflection.Descriptor.FindTypeByName<ServiceDescriptor>("SubflowSetService");

    /// <summary>The sets, by name.</summary>
    public static RpcMethod<ListSubflowSetsRequest, ListSubflowSetsResponse> List { get; } =
        new(Service, "List", ListSubflowSetsRequest.Parser, ListSubflowSetsResponse.Parser);

    /// <summary>Adds and removes subflows, batch by batch.</summary>
    public static RpcMethod<UpdateSubflowSetRequest, UpdateSubflowSetResponse> Update { get; } =
        new(Service, "Update", UpdateSubflowSetRequest.Parser, UpdateSubflowSetResponse.Parser);

    /// <summary>What is in a set.</summary>
    public static RpcMethod<SubflowSetMembersRequest, SubflowSetMembersResponse> Members { get; } =
        new(Service, "Members", SubflowSetMembersRequest.Parser, SubflowSetMembersResponse.Parser);

    /// <summary>Removes every subflow of a set.</summary>
    public static RpcMethod<ClearSubflowSetRequest, ClearSubflowSetResponse> Clear { get; } =
        new(Service, "Clear", ClearSubflowSetRequest.Parser, ClearSubflowSetResponse.Parser);

    /// <summary>Removes a set.</summary>
    public static RpcMethod<RemoveSubflowSetRequest, RemoveSubflowSetResponse> Remove { get; } =
        new(Service, "Remove", RemoveSubflowSetRequest.Parser, RemoveSubflowSetResponse.Parser);
}
