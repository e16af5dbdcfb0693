using System.Globalization;
using Gateway.Daemon.Services;
using Gateway.Rpc;

namespace Gateway.Daemon.Access;

/// <summary>Lets callers do what their role allows, as fast and as much at once as the limits say.</summary>
internal sealed class AccessControl(Callers callers, CallerUses uses, CallLimits limits, RefusalCounters counters, TimeProvider time)
{
    /// <summary>Mark of a call that was refused here, with the <see cref="AccessRefusal"/>.</summary>
    public static object Refused { get; } = new();

    /// <summary>A <see cref="ServerInterceptor"/>.</summary>
    public async Task<Status> AroundAsync(ServerCallContext context, Func<Task<Status>> next)
    {
        CallerIdentity caller = callers.Identify(context);
        MethodAccess access = MethodTable.Of(context.Method);
        CallerUse use = uses.Of(caller.Name);
        if (!use.Requests.TryTake(out TimeSpan wait))
        {
            throw Refuse(context, AccessRefusal.TooManyRequests, ServiceErrors.Exhausted(
                $"{caller.Name} makes more than {Number(limits.RequestsPerSecond)} calls in a second: "
                + "slow down, use a stream, or raise limits.requests_per_second in gatewayd.yaml.",
                wait));
        }

        CheckRole(context, caller, access.Role);
        if (!use.TryEnter(access.Large))
        {
            throw Refuse(context, AccessRefusal.TooManyCalls, ServiceErrors.Exhausted(
                access.Large
                    ? $"{caller.Name} has {Number(CallLimits.LargeCalls)} calls with policies or programs, or {Number(limits.Calls)} calls of any kind, already: wait for one to end."
                    : $"{caller.Name} has {Number(limits.Calls)} calls already: end some, or raise limits.calls in gatewayd.yaml.",
                TimeSpan.FromSeconds(1)));
        }

        try
        {
            return await next().ConfigureAwait(false);
        }
        finally
        {
            use.Leave(access.Large);
        }
    }

    private void CheckRole(ServerCallContext context, CallerIdentity caller, Role needed)
    {
        if (caller.Expires <= time.GetUtcNow().UtcDateTime)
        {
            throw Refuse(context, AccessRefusal.ExpiredCertificate, new RpcException(new Status(
                StatusCode.Unauthenticated, $"The certificate of {caller.Name} ended at {caller.Expires:u}: connect again with a new one.")));
        }

        if (caller.Role >= needed)
        {
            return;
        }

        string method = context.Method.TrimStart('/');
        throw caller.Role == Role.None
            ? Refuse(context, AccessRefusal.NoRole, ServiceErrors.Denied(
                "NO_ROLE", needed, caller,
                $"{method} needs the role {needed.Name()}, and {caller.Name} has none: "
                + "an administrator of the gateway gives roles under access: in gatewayd.yaml."))
            : Refuse(context, AccessRefusal.RoleTooLow, ServiceErrors.Denied(
                "ROLE_TOO_LOW", needed, caller,
                $"{method} needs the role {needed.Name()}, and {caller.Name} has the role {caller.Role.Name()}: "
                + "an administrator of the gateway gives roles under access: in gatewayd.yaml."));
    }

    private RpcException Refuse(ServerCallContext context, AccessRefusal refusal, RpcException exception)
    {
        counters.Count(refusal);
        context.UserState[Refused] = refusal;
        return exception;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
