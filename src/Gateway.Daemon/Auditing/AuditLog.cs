using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Gateway.Daemon.Access;
using Gateway.Rpc;
using Google.Protobuf;
using Microsoft.Extensions.Logging;

namespace Gateway.Daemon.Auditing;

/// <summary>
/// Writes down who changes what, and who was refused. A change is on disk twice: when it begins, before anything is done, and
/// with its end. What cannot be stored does not keep the change from being made: the log says so, and the next entry how many.
/// </summary>
internal sealed partial class AuditLog(AuditFile file, CallerUses uses, RefusalCounters counters, TimeProvider time, ILogger<AuditLog> logger)
{
    private const int LongestDetail = 1024;

    /// <summary>Those without a name share what they may fill.</summary>
    private const string Strangers = "";

    private static readonly object s_call = new();

    private readonly Lock _lock = new();
    private long _lost;

    /// <summary>A <see cref="ServerInterceptor"/>, around <see cref="AccessControl"/>.</summary>
    public async Task<Status> AroundAsync(ServerCallContext context, Func<Task<Status>> next)
    {
        if (MethodTable.Of(context.Method).Changes)
        {
            context.UserState[s_call] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(6));
        }

        Status status = await next().ConfigureAwait(false);
        if (context.UserState.TryGetValue(AccessControl.Refused, out object? refusal))
        {
            Refused(context, (AccessRefusal)refusal!, status);
        }
        else if (context.UserState.TryGetValue(s_call, out object? call))
        {
            CallerIdentity caller = Callers.Of(context);
            LogCall(logger, context.Method.TrimStart('/'), caller.Name, caller.Role.Name(), status.StatusCode);
            Write(Of(context, "ended") with { Call = (string?)call, Status = NameOf(status), Detail = Shortened(status.Detail) });
        }

        return status;
    }

    /// <summary>The begin of a call, once its request is read.</summary>
    public void OnRequest(ServerCallContext context, IMessage request)
    {
        if (context.UserState.TryGetValue(s_call, out object? call))
        {
            Write(Of(context, "begun") with { Call = (string?)call, Request = request });
        }
    }

    /// <summary>A connection that was refused.</summary>
    public void OnConnectionRefused(ClientRefusal refusal, EndPoint? peer, X509Certificate2? certificate, string words)
    {
        counters.Count((AccessRefusal)refusal);
        if (uses.Of(Strangers).TryAudit(out long unwritten))
        {
            LogConnection(logger, peer, certificate?.Subject ?? "none", words, unwritten);
            Write(new AuditEntry(time.GetUtcNow(), "connection_refused")
            {
                Caller = certificate?.Subject,
                Peer = peer?.ToString(),
                Reason = ((AccessRefusal)refusal).Name(),
                Detail = words,
                Unwritten = unwritten,
            });
        }
    }

    private void Refused(ServerCallContext context, AccessRefusal refusal, Status status)
    {
        CallerIdentity caller = Callers.Of(context);
        if (uses.Of(caller.Name).TryAudit(out long unwritten))
        {
            LogRefused(logger, context.Method.TrimStart('/'), caller.Name, status.Detail, unwritten);
            Write(Of(context, "refused") with
            {
                Status = NameOf(status),
                Reason = refusal.Name(),
                Detail = Shortened(status.Detail),
                Unwritten = unwritten,
            });
        }
    }

    private AuditEntry Of(ServerCallContext context, string what)
    {
        CallerIdentity caller = Callers.Of(context);
        return new AuditEntry(time.GetUtcNow(), what)
        {
            Method = context.Method.TrimStart('/'),
            Caller = caller.Name,
            Role = caller.Role.Name(),
            Peer = context.Peer,
        };
    }

    private void Write(AuditEntry entry)
    {
        lock (_lock)
        {
            try
            {
                file.Append((entry with { Lost = _lost }).ToLine());
                _lost = 0;
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                _lost++;
                LogLost(logger, file.Path, failure.Message, _lost);
            }
        }
    }

    private static string NameOf(Status status) => status.StatusCode.ToString();

    private static string Shortened(string detail) => detail.Length <= LongestDetail ? detail : detail[..LongestDetail] + "…";

    [LoggerMessage(1201, LogLevel.Information, "Audit: {Method} by {Caller} as {Role}: {Status}.")]
    private static partial void LogCall(ILogger logger, string method, string caller, string role, StatusCode status);

    [LoggerMessage(1202, LogLevel.Warning, "Audit: {Method} by {Caller} was refused: {Why} ({Unwritten} refusals before it are not in this log.)")]
    private static partial void LogRefused(ILogger logger, string method, string caller, string why, long unwritten);

    [LoggerMessage(1203, LogLevel.Warning, "Audit: a connection from {Peer} was refused (its certificate: {Subject}): {Why}. ({Unwritten} refusals before it are not in this log.)")]
    private static partial void LogConnection(ILogger logger, EndPoint? peer, string subject, string why, long unwritten);

    [LoggerMessage(1204, LogLevel.Error, "The audit log {Path} cannot be written: {Why} Make room, or make it writable; {Lost} entries are lost.")]
    private static partial void LogLost(ILogger logger, string path, string why, long lost);
}
