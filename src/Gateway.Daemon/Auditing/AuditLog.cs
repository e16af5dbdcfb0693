using Gateway.Rpc;
using Gateway.V1;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Hosting;

/// <summary>One line for every call that changes something: who, what, how it ended.</summary>
internal sealed partial class AuditLog(ILogger<AuditLog> logger)
{
    private static readonly HashSet<string> s_changing =
    [
        PathOf(PolicyMethods.Apply), PathOf(PolicyMethods.Rollback), PathOf(PolicyMethods.Confirm), PathOf(PolicyMethods.Import),
        PathOf(PolicyMethods.Clear), PathOf(PortMethods.Attach), PathOf(PortMethods.Detach), PathOf(SystemMethods.CleanUp),
        PathOf(OperatorMethods.Load), PathOf(OperatorMethods.Unload),
    ];

    /// <summary>A <see cref="ServerInterceptor"/>.</summary>
    public async Task<Status> AroundAsync(ServerCallContext context, Func<Task<Status>> next)
    {
        Status status = await next().ConfigureAwait(false);
        if (s_changing.Contains(context.Method))
        {
            Log(logger, context.Method, context.PeerCredentials?.UserId, context.PeerCredentials?.ProcessId, status.StatusCode);
        }

        return status;
    }

    private static string PathOf<TRequest, TResponse>(RpcMethod<TRequest, TResponse> method)
        where TRequest : class, Google.Protobuf.IMessage<TRequest>, new()
        where TResponse : class, Google.Protobuf.IMessage<TResponse>, new() => method.FullName;

    [LoggerMessage(1201, LogLevel.Information, "Audit: {Method} by uid {UserId}, pid {ProcessId}: {Status}.")]
    private static partial void Log(ILogger logger, string method, uint? userId, int? processId, StatusCode status);
}
