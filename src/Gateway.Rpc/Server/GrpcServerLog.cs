using Microsoft.Extensions.Logging;

namespace Gateway.Rpc;

/// <summary>What the server logs. The event numbers are stable.</summary>
internal static partial class GrpcServerLog
{
    [LoggerMessage(EventId = 601, Level = LogLevel.Error, Message = "{Method} failed (call {CallId}).")]
    internal static partial void HandlerFailed(ILogger logger, Exception exception, string method, string callId);

    [LoggerMessage(EventId = 602, Level = LogLevel.Debug, Message = "{Method} from {Peer} ended early: {Status}.")]
    internal static partial void EndedEarly(ILogger logger, string method, string peer, StatusCode status);

    [LoggerMessage(EventId = 603, Level = LogLevel.Debug, Message = "The answer to {Method} could not be sent (call {CallId}).")]
    internal static partial void AnswerNotSent(ILogger logger, Exception exception, string method, string callId);
}
